/** The connection that a command is given on. */

import { Refusal, type Session } from '#src/network.ts';
import type { Link } from '../../link.ts';
import { IrcSession } from '../../session.ts';

/** Refuses where there is none now. */
export function linkOf(session: Session | undefined): Link {
  if (session instanceof IrcSession) return session.link;
  throw new Refusal('offline', 'You are not connected to this server. Join one of its rooms, then try again.');
}
