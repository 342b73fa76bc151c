/** Real names that change (IRCv3 setname). */

import type { Line } from '../line.ts';
import type { Link } from '../link.ts';
import { withoutFormat } from '../messages/format.ts';
import type { Lines } from '../receive.ts';
import { learn } from './accounts.ts';

/** Whoever was looked at shows another name; of the others the next look tells. */
function renamed(link: Link, line: Line): void {
  const [realname = ''] = line.params;
  learn(link, line.source, { realname });
  const profile = link.whois.correct(link.isupport.fold(line.source), { name: withoutFormat(realname) });
  if (profile) link.emit({ type: 'profile', contact: link.ids.contact(line.source), profile });
}

export const setnameLines: Lines = { SETNAME: renamed };
