/** Logging in to an account before the server lets us in (IRCv3 SASL 3.2, RFC 4422, RFC 4616). */

import { Refusal } from '#src/network.ts';
import type { Line } from '../line.ts';
import type { Link } from '../link.ts';
import { scram } from './scram.ts';

/** Yields what is to be said, is given what the server says. Throws when the server is not to be trusted. */
export type Mechanism = AsyncGenerator<string, void, string>;

/** What a login can be proved with. */
export interface Credentials {
  readonly account?: { readonly account: string; readonly password: string };
  /** The connection was made with a client certificate. */
  readonly certificate: boolean;
}

/** IRCv3 SASL 3.1: longer data come in pieces of this length. */
const PIECE = 400;
const CHALLENGE = 16 * 1024;
const DONE = new Set(['903', '907']);
const REFUSED = new Set(['902', '904', '905', '906']);

/**
 * Tries what the server knows, the safest first. Resolves when logged in, or when there is nothing to log in with.
 * Rejects with the server's last refusal.
 */
export async function logIn(link: Link, credentials: Credentials): Promise<void> {
  // The server may correct itself (908).
  let known = namesIn(link.caps.value('sasl') ?? '');
  using _ = link.listen((line) => {
    if (line.command === '908') known = namesIn(line.params[1] ?? '');
    return line.command === '908';
  });
  let refusal = new Refusal('sign-in', 'none of its ways to log in is known here');
  for (const [name, make] of mechanismsFor(credentials)) {
    if (known.length > 0 && !known.includes(name)) continue;
    try {
      if (name === 'PLAIN') warn(link);
      await attempt(link, name, make());
      // Not every server says as whom.
      link.account ||= credentials.account?.account ?? link.nick;
      return;
    } catch (error) {
      if (!(error instanceof Refusal) || error.why !== 'sign-in') throw error;
      refusal = error;
    }
  }
  throw refusal;
}

function namesIn(list: string): readonly string[] {
  return list.toUpperCase().split(',').filter(Boolean);
}

/** Only where the administrator or the user chose plain text at all; once for all links of a session. */
function warn(link: Link): void {
  if (link.reached.tls || link.wishes.warned) return;
  link.wishes.warned = true;
  link.notice(`Your password goes to ${link.server} without encryption: others on the way can read it.`);
}

function mechanismsFor({ account, certificate }: Credentials): readonly (readonly [string, () => Mechanism])[] {
  return [
    ...(certificate ? [['EXTERNAL', external] as const] : []),
    ...(account
      ? ([
          ['SCRAM-SHA-512', () => scram('sha512', account)],
          ['SCRAM-SHA-256', () => scram('sha256', account)],
          ['PLAIN', () => plain(account)],
        ] as const)
      : []),
  ];
}

async function* external(): Mechanism {
  yield '';
}

async function* plain({ account, password }: NonNullable<Credentials['account']>): Mechanism {
  yield `\0${account}\0${password}`;
}

async function attempt(link: Link, name: string, mechanism: Mechanism): Promise<void> {
  let challenge = '';
  const speak = async (said: string): Promise<void> => {
    try {
      const { value, done } = await mechanism.next(said);
      if (!done) for (const line of pieces(value)) link.write(line);
    } catch (error) {
      link.host.log.warn({ mechanism: name, error: String(error) }, 'A login was broken off');
      link.write('AUTHENTICATE *');
    }
  };
  const answer = (line: Line) => {
    const said = line.params.at(-1) ?? '';
    if (DONE.has(line.command)) return 'done';
    if (REFUSED.has(line.command)) return new Refusal('sign-in', said);
    if (line.command !== 'AUTHENTICATE') return undefined;
    if (said !== '+') challenge += said;
    if (challenge.length > CHALLENGE) return new Refusal('network', 'its challenge is too long');
    if (said.length === PIECE) return undefined;
    const whole = Buffer.from(challenge, 'base64').toString('utf8');
    challenge = '';
    void speak(whole);
    return undefined;
  };
  const asked = link.ask(answer);
  link.write(`AUTHENTICATE ${name}`);
  await asked;
}

/** A last piece that is full is followed by an empty one. */
function pieces(text: string): string[] {
  const data = Buffer.from(text).toString('base64');
  const full = data.match(/.{1,400}/g) ?? [];
  const found = data.length % PIECE === 0 ? [...full, '+'] : full;
  return found.map((piece) => `AUTHENTICATE ${piece}`);
}

/** What the user has to log in with; an empty one where there is nothing. */
export function credentialsOf(link: Link): Credentials {
  const { sasl: account } = link.login;
  return { ...(account && { account }), certificate: link.certified };
}

/** Services that were away offer SASL again (IRCv3 cap-notify): whoever is not logged in does so now. */
function offeredAgain(link: Link, { params }: Line): void {
  const [, verb = ''] = params;
  const names = params.at(-1) ?? '';
  if (verb.toUpperCase() !== 'ACK' || !names.split(' ').includes('sasl') || link.account !== '') return;
  logIn(link, credentialsOf(link)).then(
    () => link.notice(`You are logged in to ${link.server} as ${link.account} now.`),
    (error: unknown) => {
      if (link.signal.aborted) return;
      if (!(error instanceof Refusal)) return link.fail(error);
      link.notice(`${link.server} did not accept your account and password (${error.message}). Sign in again.`);
    },
  );
}

/** RPL_LOGGEDIN `me nick!user@host account :…` and RPL_LOGGEDOUT, which services cause at any time too. */
export const loginLines = {
  900(link: Link, { params }: Line) {
    link.account = params[2] ?? '';
  },
  901(link: Link) {
    link.account = '';
  },
  CAP: offeredAgain,
};
