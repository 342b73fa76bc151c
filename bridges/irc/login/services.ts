/** Services: logging in by a message to NickServ or its like, on servers that have no SASL. There is no spec of it. */

import { Refusal } from '#src/network.ts';
import { formatLine, type Line, parseLine } from '../line.ts';
import type { Link } from '../link.ts';
import { unspoken } from '../messages/echo.ts';
import { withoutFormat } from '../messages/format.ts';
import type { Answer } from '../questions.ts';

const NICKSERV = 'NickServ';
/** Networks whose services are called otherwise; the server in the address is why nobody else can get it. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)quakenet\.org$/, 'PRIVMSG Q@CServe.quakenet.org :AUTH {account} {password}'],
  [/(^|\.)undernet\.org$/, 'PRIVMSG X@channels.undernet.org :LOGIN {account} {password}'],
  [/(^|\.)dal\.net$/, 'PRIVMSG NickServ@services.dal.net :IDENTIFY {account} {password}'],
];
const ACCEPTED =
  /\b(i recogni[sz]e you|you are (now|already) (identified|logged in|recogni[sz]ed)|password accepted|successfully (identified|logged in)|authentication successful)\b/i;
const DENIED =
  /\b((invalid|incorrect|wrong|bad) (username or )?password|password (is )?(incorrect|invalid|wrong)|access denied|(authentication|login) failed|(is not|isn'?t|not) (a )?registered)\b/i;
const ASKS = /\bidentify\b/i;
/** Milliseconds between two logins that services ask for. */
const AGAIN = 60_000;

/** Logs in where SASL can't, before rooms are joined; and again when services ask for it. What fails is told. */
export async function identify(link: Link): Promise<void> {
  if (link.login.sasl === undefined || link.caps.has('sasl')) return;
  let nextFrom = (await attempt(link)) ? Date.now() + AGAIN : 0;
  // Services that were away ask for it when they are back, and so may anybody: `attempt` looks who is there.
  link.listen((line) => {
    if (link.account !== '' || Date.now() < nextFrom || !fromService(link, line) || !ASKS.test(lastOf(line))) {
      return false;
    }
    nextFrom = Date.now() + AGAIN;
    attempt(link).catch((error: unknown) => link.fail(error));
    return false;
  });
}

/** False where there was nobody to tell. */
async function attempt(link: Link): Promise<boolean> {
  const { sasl } = link.login;
  if (!sasl || link.account !== '') return true;
  try {
    await introduceOurselves(link, sasl);
    link.account ||= sasl.account;
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (link.signal.aborted) return true;
    link.notice(`You are connected to ${link.server}, but not logged in as ${sasl.account}: ${error.message}`);
    return error.why !== 'unsupported' && error.why !== 'not-found';
  }
}

async function introduceOurselves(
  link: Link,
  { account, password }: { readonly account: string; readonly password: string },
): Promise<void> {
  const template = templateOf(link);
  if (template === '') throw new Refusal('unsupported', 'it offers no login by SASL.');
  if (template !== undefined) {
    const line = template.replace(/\{(account|password)\}/g, (_, what) => (what === 'account' ? account : password));
    return ask(link, line, (said) => verdictOf(link, said));
  }
  // Old services know only the nick's own password.
  const who = link.isMe(account) ? '' : `${account} `;
  await tellNickServ(link, `IDENTIFY ${who}${password}`, (said) => verdictOf(link, said));
}

/** The line by which services take a login here, where that is known. */
function templateOf({ login, server }: Link): string | undefined {
  return login.identify ?? KNOWN.find(([name]) => name.test(server))?.[1];
}

/** Whether services are called so here: NickServ, or as the one whom the line is written to. */
function speaksForServices(link: Link, name: string): boolean {
  const { command, params = [] } = parseLine(templateOf(link) ?? '') ?? {};
  const nick = name.split('@', 1)[0]?.toLowerCase();
  const target = command === 'PRIVMSG' ? params[0]?.split('@', 1)[0] : undefined;
  return nick === NICKSERV.toLowerCase() || nick === target?.toLowerCase();
}

/** A 900 has set the account already; a `+r` says the same on networks without accounts. */
function verdictOf(link: Link, line: Line): ReturnType<Answer> {
  const [target = '', modes = ''] = line.params;
  if (line.command === '900') return 'done';
  if (line.command === 'MODE' && link.isMe(target) && /\+[^-]*r/.test(modes)) return 'done';
  if (!fromService(link, line)) return undefined;
  const said = lastOf(line);
  if (DENIED.test(said)) return new Refusal('sign-in', `${line.source} says: ${said} Sign in again.`);
  return ACCEPTED.test(said) ? 'done' : undefined;
}

/**
 * Says something to the network's NickServ, and to nobody who merely has that nick: by the server's own command for it,
 * or where there is none only if WHOIS tells that a service is there.
 */
export async function tellNickServ(link: Link, text: string, judge: Answer): Promise<void> {
  try {
    return await ask(link, formatLine('NICKSERV', [], text), judge);
  } catch (error) {
    if (!(error instanceof Refusal && error.why === 'unsupported')) throw error;
  }
  if (!(await isService(link, NICKSERV))) {
    throw new Refusal('unsupported', 'it offers no login by SASL, and there is no NickServ.');
  }
  await ask(link, formatLine('PRIVMSG', [NICKSERV], text), judge);
}

async function ask(link: Link, line: string, judge: Answer): Promise<void> {
  const answered = link.ask((said) => absent(link, said) ?? judge(said), link.timing.login);
  link.write(unspoken(link, line));
  await answered;
}

function absent(link: Link, { command, params }: Line): Refusal | undefined {
  const about = params[1]?.toLowerCase() ?? '';
  if (command === '421' && about === 'nickserv') return new Refusal('unsupported', 'The server has no such command.');
  // ERR_NOSUCHNICK, ERR_SERVICESDOWN
  const gone = (command === '401' && speaksForServices(link, about)) || command === '440';
  return gone ? new Refusal('not-found', 'its services are away. Try again later.') : undefined;
}

/** Servers of services are called so; what a server says of itself (`Internet Services of Verona`) may be anything. */
const SERVICES = /^services?(\.|$)/i;

/** What a user can't say of themselves: the server they are on, and that they are a service or an operator. */
async function isService(link: Link, nick: string): Promise<boolean> {
  let found = false;
  const isAbout = ({ params }: Line) => params[1]?.toLowerCase() === nick.toLowerCase();
  const answered = link.ask((line) => {
    const { command, params } = line;
    if (!isAbout(line)) return undefined;
    found ||= command === '313' || (command === '312' && SERVICES.test(params[2] ?? ''));
    return command === '318' || command === '401' ? 'done' : undefined;
  }, link.timing.login);
  // Nobody asked for the rest of the answer, so nobody is shown it.
  using _ = link.listen((line) => /^\d{3}$/.test(line.command) && isAbout(line));
  link.write(formatLine('WHOIS', [nick]));
  await answered;
  return found;
}

/** A NOTICE from who is called as services are. */
export function fromService(link: Link, { command, source, params }: Line): boolean {
  return command === 'NOTICE' && speaksForServices(link, source) && link.isMe(params[0] ?? '');
}

/** What a line says to people. */
export function lastOf({ params }: Line): string {
  return withoutFormat(params.at(-1) ?? '').trim();
}
