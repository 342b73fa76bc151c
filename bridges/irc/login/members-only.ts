/** Servers that let in nobody who is not logged in: what they say to the others, for which there is no numeric. */

import { Refusal } from '#src/network.ts';
import type { Line } from '../line.ts';
import type { Link } from '../link.ts';
import { withoutFormat } from '../messages/format.ts';

/** solanum's notice and the ERROR behind it. */
const MEMBERS_ONLY = /\bSASL access only\b|\bidentify via SASL\b/i;
/** Twitch, whose PASS is the login; the end of the connection comes a while later, without a word. */
const LOGIN_FAILED = /^(login (authentication failed|unsuccessful)|improperly formatted auth)\b/i;

/** Why the server does not let us in; undefined for a line that is about something else. */
export function lockedOut(link: Link, { command, params }: Line): Error | undefined {
  const said = withoutFormat(params.at(-1) ?? '').trim();
  switch (command) {
    case 'FAIL':
      return params[1] === 'ACCOUNT_REQUIRED' ? withoutAccount(link, said) : undefined;
    case 'NOTICE':
      if (LOGIN_FAILED.test(said)) return loginFailed(link, said);
      return MEMBERS_ONLY.test(said) ? withoutAccount(link, said) : undefined;
    case '465':
    case 'ERROR':
      return MEMBERS_ONLY.test(said) ? withoutAccount(link, said) : undefined;
    default:
      return undefined;
  }
}

function loginFailed({ server }: Link, said: string): Refusal {
  return new Refusal('sign-in', `${server} did not let you in (${said}). Sign in again with the right password.`);
}

/** Where the server offers no login just now its services are away: who has what it takes need not be asked for it again. */
function withoutAccount({ server, login, certified, caps }: Link, said: string): Error {
  if ((login.sasl || certified) && !caps.has('sasl')) {
    return new Error(`it lets in only who is logged in, and offers no login now (${said})`);
  }
  return new Refusal(
    'sign-in',
    `${server} lets in only who is logged in to an account there (${said}). Sign in with your account and its password.`,
  );
}
