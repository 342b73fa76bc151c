/** Signing in to an IRC server: which server, which nick, and what proves it. */

import { type Account, type AccountId, type Answers, type Field, type Prompt, Refusal } from '#src/network.ts';
import { foldAscii } from '../casemapping.ts';
import type { FindServer } from '../ids.ts';
import { isNick } from '../names.ts';

export interface IrcSettings {
  readonly nick: string;
  /** Nobody signed in: the nick is that of whatever room is entered first. */
  readonly guest?: boolean;
  /** The account may have another name than the nick. */
  readonly sasl?: { readonly account: string; readonly password: string };
  /** Client certificate with its key, both PEM: for SASL EXTERNAL, or for services that know its fingerprint. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** The server's own (PASS). */
  readonly password?: string;
  readonly realname?: string;
  readonly username?: string;
  /** Where to connect in place of what the administrator set; a host name or address literal. */
  readonly address?: string;
  /** Tried in this order; absent: the administrator's. */
  readonly ports?: readonly { readonly port: number; readonly tls: boolean }[];
  /** false: the certificate is not looked at (only where the administrator allows it). */
  readonly verify?: boolean;
  /** SHA-256 of the server's certificate in lower-case hex without colons; it is then trusted, and no other. */
  readonly fingerprint?: string;
  /** Raw lines sent after registration, before rooms are joined. */
  readonly afterConnect?: readonly string[];
  /** Charsets (WHATWG labels) of what is no UTF-8, and of what is sent. */
  readonly encodingIn?: string;
  readonly encodingOut?: string;
  /** Lines at once before it is one a second; negative: no limit (only as far as the administrator's allows). */
  readonly throttle?: number;
  /** By room id. */
  readonly rooms?: Readonly<Record<string, { readonly encodingIn?: string; readonly encodingOut?: string }>>;
}

/** An account with nothing but a nick, as near to the wish as IRC has them. */
export function guestAccount(server: AccountId, wish: string): Account<IrcSettings> {
  const nick = isNick(wish)
    ? wish
    : wish
        .replace(/[^\p{L}\p{N}_-]/gu, '_')
        .replace(/^(?=[\d-])/, '_')
        .slice(0, 64);
  return { id: server, label: server, settings: { nick: isNick(nick) ? nick : 'guest', guest: true } };
}

/** Which server is meant where it has to be asked. */
export interface Servers {
  /** Finds a server by its name, or by a part of the name of a listed one. */
  readonly find: FindServer;
  /** The listed ones. */
  readonly listed: readonly string[];
  /** Whether there are no others. */
  readonly closed: boolean;
}

/** `server` is given where it needs no question. */
export async function* signIn(
  server: AccountId | undefined,
  known: Account<IrcSettings> | undefined,
  servers: Servers,
): AsyncGenerator<Prompt, Account<IrcSettings>, Answers> {
  const asked = server === undefined ? [serverField(servers, known?.id)] : [];
  const answers = trimmed(yield { title: 'Sign in to IRC', fields: [...asked, ...fields(known?.settings)] });
  const id = server ?? servers.find(foldAscii(answers['server'] ?? ''));
  if (id === undefined) throw new Refusal('invalid', 'This gateway does not connect to that server. Choose another.');
  // A password goes to no server but the one it was given for.
  return { id, label: id, settings: readSettings(answers, known?.id === id ? known.settings : undefined) };
}

function serverField({ listed, closed }: Servers, known: string | undefined): Field {
  const value = known ?? (listed.length === 1 ? listed[0] : undefined);
  if (!closed || (known !== undefined && !listed.includes(known))) {
    return text('server', 'Server, such as irc.libera.chat', value);
  }
  return { ...text('server', 'Server', value), type: 'choice', choices: listed };
}

function fields(known: IrcSettings | undefined): Field[] {
  return [
    text('nick', 'Nick', known?.nick),
    { ...text('account', 'Account (SASL), if you have registered one', known?.sasl?.account), optional: true },
    known?.sasl === undefined
      ? secret('account-password', 'Password of the account')
      : secret('account-password', 'Password of the account (leave empty to keep the present one)'),
    known?.password === undefined
      ? secret('server-password', 'Password of the server, if it has one')
      : secret('server-password', 'Password of the server, if it has one (leave empty to keep the present one)'),
    { ...text('realname', 'Real name, which others can see', known?.realname), optional: true },
  ];
}

function text(name: string, label: string, value: string | undefined): Field {
  return { name, label, type: 'text', ...(value !== undefined && { value }) };
}

function secret(name: string, label: string): Field {
  return { name, label, type: 'secret', optional: true };
}

/** A password may begin or end with a space; nothing else does. */
function trimmed(answers: Answers): Answers {
  const trim = ([name, value]: [string, string]) => [name, name.endsWith('password') ? value : value.trim()];
  return Object.fromEntries(Object.entries(answers).map(trim));
}

function readSettings(answers: Answers, known: IrcSettings | undefined): IrcSettings {
  for (const value of Object.values(answers)) {
    if (/[\r\n\0]/.test(value)) throw new Refusal('invalid', 'Write each answer in one line.');
  }
  const { nick = '', account, realname } = answers;
  const accountPassword = answers['account-password'] || (account === known?.sasl?.account && known?.sasl?.password);
  if (account && !accountPassword) throw new Refusal('invalid', 'An account needs its password: give both or neither.');
  const password = answers['server-password'] || known?.password;
  const { nick: _nick, guest: _guest, sasl: _sasl, password: _password, realname: _realname, ...rest } = known ?? {};
  return {
    ...rest,
    nick: checkNick(nick),
    ...(account && accountPassword && { sasl: { account, password: accountPassword } }),
    ...(password && { password }),
    ...(realname && { realname }),
  };
}

function checkNick(nick: string): string {
  if (isNick(nick)) return nick;
  throw new Refusal('invalid', `“${nick}” can't be a nick on IRC. Choose one word of letters, digits, - and _.`);
}
