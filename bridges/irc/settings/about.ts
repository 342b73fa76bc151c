/** How a connection is, as sentences for its user. */

import type { Link } from '../link.ts';

export function aboutLink(link: Link): readonly string[] {
  const { port, tls } = link.reached;
  const secure = tls ? 'The connection is encrypted.' : 'The connection is not encrypted: others can read along.';
  const account =
    link.account === '' ? 'You are not logged in to an account.' : `You are logged in as ${link.account}.`;
  return [`Connected to ${link.server} on port ${port} as ${link.nick}.`, secure, account];
}
