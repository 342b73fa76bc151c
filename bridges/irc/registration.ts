/** The first lines of a connection: until the server has taken us in, or says why not (RFC 1459 §4.1). */

import { Refusal } from '#src/network.ts';
import type { Line } from './line.ts';
import type { Link } from './link.ts';
import { receive } from './receive.ts';

/** A taken nick gets underscores, up to so many. */
const NICK_TRIES = 5;
const LOGIN_TRIES = 5;

/** Resolves when the server has taken us in and told what it is like; on failure the link ends with the reason. */
export async function register(link: Link): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let welcome = false;
  link.onLine = (line) => {
    if (line.command === '001') {
      welcome = true;
      link.nick = line.params[0] ?? link.nick;
      // Its answer comes after ISUPPORT, also where a server has neither a MOTD nor a word that it has none.
      link.write('PING :isthmus');
    }
    if (!welcome) refuse(link, line);
    else if (ENDS.has(line.command)) resolve();
    else receive(link, line);
    if (line.command === '900' || line.command === '903') {
      link.loggedIn = true;
      link.wishes.refusedLogins = 0;
    }
  };
  const late = new Error(`it did not let us in within ${link.timing.register / 1000} s`);
  const timer = setTimeout(() => link.fail(late), link.timing.register);
  try {
    await Promise.race([promise, link.closed]);
  } finally {
    clearTimeout(timer);
  }
  link.onLine = (line) => receive(link, line);
}

const DENIED = /\bpassword\b|\baccess denied\b/i;
const ENDS = new Set(['376', '422', 'PONG']);

function refuse(link: Link, line: Line): void {
  const said = line.params.at(-1) ?? '';
  switch (line.command) {
    case '432':
      return link.fail(new Refusal('invalid', `${link.server} does not allow the nick ${link.nick}. Choose another.`));
    case '433':
    case '436':
    case '437':
      return tryNextNick(link);
    case '464':
      return signInAgain(link, `${link.server} did not accept the server's password. Sign in with the right one.`);
    case '465':
      return signInAgain(link, `${link.server} has banned you: ${said}. Ask its operators.`);
    case 'ERROR':
      // Some servers have no numeric for it.
      return DENIED.test(said) ? signInAgain(link, `${link.server} did not let you in: ${said}`) : undefined;
    case '902':
    case '904':
    case '905':
      return loginRefused(link, said);
  }
}

/** What worked before may be refused while the network's services are away; only after several times it is final. */
function loginRefused(link: Link, said: string): void {
  const { refusedLogins } = link.wishes;
  if (refusedLogins !== undefined && refusedLogins < LOGIN_TRIES) {
    link.wishes.refusedLogins = refusedLogins + 1;
    return link.fail(new Error(`your account and password were not accepted: ${said}`));
  }
  signInAgain(link, `${link.server} did not accept your account and password (${said}). Sign in again.`);
}

function tryNextNick(link: Link): void {
  const { nick: wanted } = link.wishes;
  const tries = link.nick.length - wanted.length;
  if (tries >= NICK_TRIES) {
    return link.fail(new Refusal('nick-taken', `The nick ${wanted} is in use on ${link.server}. Choose another.`));
  }
  link.nick = wanted + '_'.repeat(tries + 1);
  link.write(`NICK ${link.nick}`);
}

function signInAgain(link: Link, text: string): void {
  link.fail(new Refusal('sign-in', text));
}
