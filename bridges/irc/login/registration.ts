/** The first lines of a connection: until the server has taken us in, or says why not (RFC 1459 §4.1). */

import { Refusal } from '#src/network.ts';
import { isBan, isTooFast } from '../connection/farewell.ts';
import { upgradeOf } from '../connection/sts.ts';
import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { awayLine } from '../people/away.ts';
import { receive } from '../receive.ts';
import { lockedOut } from './members-only.ts';
import { credentialsOf, logIn } from './sasl.ts';

/** A taken nick gets underscores, up to so many. */
const NICK_TRIES = 5;
const LOGIN_TRIES = 5;

/** Resolves when the server has taken us in and told what it is like; on failure the link ends with the reason. */
export async function register(link: Link): Promise<void> {
  await link.connected;
  const { promise, resolve } = Promise.withResolvers<void>();
  const negotiated = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const nicks: Nicks = { tried: 0, longest: Number.POSITIVE_INFINITY };
  let welcome = false;
  link.onLine = (line) => {
    if (line.command === '001') {
      welcome = true;
      link.nick = line.params[0] ?? link.nick;
      // Its answer comes after ISUPPORT, also where a server has neither a MOTD nor a word that it has none.
      link.ping();
    }
    const upgrade = upgradeOf(link);
    if (upgrade) return link.fail(upgrade);
    if (line.command === 'CAP' ? link.caps.listed : NO_CAP.has(line.command)) answered.resolve();
    if (line.command === 'CAP' && link.caps.settled) negotiated.resolve();
    if (welcome && ENDS.has(line.command)) resolve();
    else if (welcome || line.command === '900') receive(link, line);
    else if (!link.answers(line)) refuse(link, line, nicks);
  };
  const late = new Error(`it did not let us in within ${link.timing.register / 1000} s`);
  const timer = setTimeout(() => link.fail(late), link.timing.register);
  void open(link, answered.promise);
  // A server that knows no CAP lets us in without an end of it.
  void negotiated.promise.then(() => endNegotiation(link));
  try {
    await Promise.race([promise, link.closed]);
  } finally {
    clearTimeout(timer);
  }
  link.onLine = (line) => receive(link, line);
}

/** Where others can read along, no password is sent before the server could say that it wants TLS (IRCv3 STS). */
async function open(link: Link, answered: Promise<void>): Promise<void> {
  const { webirc, password } = link.login;
  if (webirc !== undefined) link.write(webirc);
  link.write('CAP LS 302');
  if (!link.reached.tls && password !== undefined) await Promise.race([answered, silence(link)]);
  if (!link.signal.aborted) introduce(link);
}

/** A server that is too old for CAP may say nothing to it. */
function silence(link: Link): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, link.timing.cap);
  link.signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  });
  return promise;
}

function introduce(link: Link): void {
  const { nick, username, realname, password } = link.login;
  if (password !== undefined) link.write(formatLine('PASS', [], password));
  link.write(formatLine('NICK', [nick]));
  link.write(formatLine('USER', [username, '0', '*'], realname));
}

/** Logs in where that is offered, and has the server go on. */
async function endNegotiation(link: Link): Promise<void> {
  try {
    if (link.caps.has('sasl')) await logIn(link, credentialsOf(link));
    if (link.account !== '') link.wishes.refusedLogins = 0;
    comeAway(link);
    link.write('CAP END');
  } catch (error) {
    if (link.signal.aborted) return;
    loginRefused(link, error);
  }
}

/** Nobody is told that we came and left for a moment (https://ircv3.net/specs/extensions/pre-away). */
function comeAway(link: Link): void {
  const line = link.caps.has('pre-away') ? awayLine(link) : undefined;
  if (line !== undefined) link.write(line);
}

const DENIED = /\bpassword\b|\baccess denied\b/i;
/** The server knows no such command as CAP, or not yet. */
const NO_CAP = new Set(['421', '451']);
const ENDS = new Set(['376', '422', 'PONG']);

function refuse(link: Link, line: Line, nicks: Nicks): void {
  const said = line.params.at(-1) ?? '';
  const locked = lockedOut(link, line);
  if (locked) return link.fail(locked);
  switch (line.command) {
    case '432':
      // The one before it was only taken: with an underscore it is too long.
      if (nicks.tried > 0) return tryNextNick(link, nicks, link.login.nick);
      return link.fail(new Refusal('invalid', `${link.server} does not allow the nick ${link.nick}. Choose another.`));
    case '433':
    case '436':
    case '437':
      return tryNextNick(link, nicks, line.params[1]);
    case '464':
      return signInAgain(link, `${link.server} did not accept the server's password. Sign in with the right one.`);
    case '465':
      // The ERROR that follows says so too.
      return isTooFast(said)
        ? undefined
        : signInAgain(link, `${link.server} has banned you: ${said}. Ask its operators.`);
    case 'ERROR': {
      // Some servers have no numeric for it. Whose connection they end is left out: a nick may be any of those words.
      const reason = said.replace(/^closing link:\s*\S+/i, '');
      if (isBan(reason)) return signInAgain(link, `${link.server} has banned you: ${said}. Ask its operators.`);
      return DENIED.test(reason) ? signInAgain(link, `${link.server} did not let you in: ${said}`) : undefined;
    }
  }
}

/** What worked before may be refused while the network's services are away; only after several times it is final. */
function loginRefused(link: Link, error: unknown): void {
  if (error instanceof Refusal && error.why === 'timeout') {
    return link.fail(new Error('its services did not answer when you were to be logged in'));
  }
  if (!(error instanceof Refusal) || error.why !== 'sign-in') return link.fail(error);
  if (link.login.sasl === undefined) {
    link.notice(
      `${link.server} does not know your certificate yet (${error.message}). Log in once by your password, then write “CERT ADD” to NickServ.`,
    );
    return link.write('CAP END');
  }
  const { refusedLogins } = link.wishes;
  if (refusedLogins !== undefined && refusedLogins < LOGIN_TRIES) {
    link.wishes.refusedLogins = refusedLogins + 1;
    return link.fail(new Error(`your account and password were not accepted: ${error.message}`));
  }
  signInAgain(link, `${link.server} did not accept your account and password (${error.message}). Sign in again.`);
}

/** Underscores come behind the nick, or in place of its end where the server takes no longer ones. */
interface Nicks {
  tried: number;
  longest: number;
}

/** `read`: as much of a nick as the server takes. */
function tryNextNick(link: Link, nicks: Nicks, read = ''): void {
  const { nick: wanted } = link.login;
  if (nicks.tried >= NICK_TRIES) {
    return link.fail(new Refusal('nick-taken', `The nick ${wanted} is in use on ${link.server}. Choose another.`));
  }
  if (read !== '' && read !== link.nick && link.nick.startsWith(read)) nicks.longest = read.length;
  nicks.tried += 1;
  link.nick = wanted.slice(0, Math.max(1, nicks.longest - nicks.tried)) + '_'.repeat(nicks.tried);
  link.write(`NICK ${link.nick}`);
}

function signInAgain(link: Link, text: string): void {
  link.fail(new Refusal('sign-in', text));
}
