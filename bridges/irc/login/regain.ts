/** Getting back the nick that the user wants, when a former connection of ours, or somebody else, still has it. */

import type { Line } from '../line.ts';
import type { Link } from '../link.ts';
import { quietly } from '../messages/echo.ts';
import { takeBack } from '../rooms/nick.ts';

/** Asks services to end the connection that has the nick, where they know us, and looks now and then whether it is free. */
export function regain(link: Link): void {
  const { nick: wanted } = link.wishes;
  if (hasIt(link, wanted)) return;
  // Atheme, Anope and Ergo: whose nick it is may end who uses it.
  if (link.account !== '') quietly(link, 'PRIVMSG', 'NickServ', `GHOST ${wanted}`);
  link.listen((line) => {
    if (!link.isMe(wanted) && saysGhosted(link, line)) takeBack(link, wanted);
    return false;
  });
  look(link, wanted);
}

/** Or as much of it as the server takes. */
function hasIt(link: Link, wanted: string): boolean {
  return link.isMe(wanted.slice(0, link.nick.length));
}

function look(link: Link, wanted: string): void {
  setTimeout(() => {
    if (link.signal.aborted || hasIt(link, wanted) || link.wishes.nick !== wanted) return;
    link.contacts.isons.ask(link, [wanted], (_, here) => here || takeBack(link, wanted));
    look(link, wanted);
  }, link.timing.poll).unref();
}

/** Services have ended the connection. */
function saysGhosted({ isupport }: Link, { command, params, source }: Line): boolean {
  return (
    command === 'NOTICE' && isupport.fold(source) === 'nickserv' && /ghost|disconnected/i.test(params.at(-1) ?? '')
  );
}
