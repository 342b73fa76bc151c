/** `register-account` and `verify-account`: an account with the network itself (IRCv3 draft/account-registration, or NickServ). */

import {
  type Account,
  type Answers,
  type CommandOutcome,
  type Field,
  type NetworkCommand,
  Refusal,
} from '#src/network.ts';
import { formatLine, type Line } from '../../line.ts';
import type { Link } from '../../link.ts';
import { fromService, lastOf, tellNickServ } from '../../login/services.ts';
import type { IrcSettings } from '../account.ts';
import { linkOf } from './session.ts';

/** Bytes that fit in a message to NickServ too. */
const PASSWORD = 300;

export const registerAccount: NetworkCommand = {
  name: 'register-account',
  node: 'register-account',
  title: 'Register an account with the network',
  summary: 'register your nick with the IRC network',
  at: ['host', 'account'],
  async *run({ session }) {
    const link = linkOf(session);
    if (link.account !== '') throw new Refusal('not-allowed', `You are logged in as ${link.account} already.`);
    const answers = yield { title: 'Register an account with the network', fields: fieldsFor(link) };
    return registered(linkOf(session), read(answers, link));
  },
};

export const verifyAccount: NetworkCommand = {
  name: 'verify-account',
  node: 'verify-account',
  title: 'Finish a registration by its code',
  summary: 'finish a registration by the code that was mailed to you',
  at: ['host', 'account'],
  async *run({ session }) {
    const { name } = linkOf(session).wishes.registering ?? { name: linkOf(session).nick };
    const answers = yield {
      title: 'Finish a registration by its code',
      fields: [
        { name: 'account', label: 'Account', type: 'text', value: name },
        { name: 'code', label: 'Code', type: 'text' },
      ],
    };
    return verified(linkOf(session), answers);
  },
};

/** Its value is a list of what the server wants, such as `email-required,custom-account-name`. */
function wants(link: Link, what: string): boolean {
  return link.caps.value('account-registration')?.split(',').includes(what) ?? false;
}

function fieldsFor(link: Link): readonly Field[] {
  const name: Field = { name: 'account', label: 'Name of the account', type: 'text', value: link.nick };
  const optional = link.caps.has('account-registration') && !wants(link, 'email-required');
  return [
    ...(wants(link, 'custom-account-name') ? [name] : []),
    { name: 'email', label: 'Your e-mail address, where the network sends a code to', type: 'text', optional },
    { name: 'password', label: 'Password of the new account', type: 'secret' },
  ];
}

interface Wanted {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

function read(answers: Answers, link: Link): Wanted {
  const { account = '', email = '', password = '' } = answers;
  if (password === '' || /\s/.test(password) || Buffer.byteLength(password) > PASSWORD) {
    throw new Refusal('invalid', 'Choose a password without spaces, of no more than 300 characters.');
  }
  const wanted = { name: account.trim() || link.nick, email: email.trim(), password };
  if (/\s|^:/.test(wanted.name) || /\s|^:/.test(wanted.email)) {
    throw new Refusal('invalid', 'Neither the name nor the e-mail address can have spaces in it.');
  }
  return wanted;
}

async function registered(link: Link, wanted: Wanted): Promise<CommandOutcome> {
  if (!link.caps.has('account-registration')) return registeredByNickServ(link, wanted);
  const { name, email, password } = wanted;
  const said = await answerTo(link, 'REGISTER', [name, email || '*'], password);
  const [verdict = '', named = name] = said.params;
  if (verdict === 'SUCCESS') return loggedIn(link, { name: named, password });
  link.wishes.registering = { name: named, password };
  return { text: [lastOf(said), 'When you have the code, finish it with “verify-account”.'].join('\n') };
}

async function verified(link: Link, answers: Answers): Promise<CommandOutcome> {
  const { account: name = '', code = '' } = answers;
  if (/\s|^:|^$/.test(name.trim()) || code.trim() === '')
    throw new Refusal('invalid', 'Give the account and its code.');
  if (!link.caps.has('account-registration')) {
    throw new Refusal('unsupported', 'This network takes the code in another way: do what its mail says.');
  }
  const said = await answerTo(link, 'VERIFY', [name.trim()], code.trim());
  const [, named = name] = said.params;
  const { registering } = link.wishes;
  if (registering?.name === named) return loggedIn(link, registering);
  return { text: `The account ${named} is registered. Sign in to ${link.server} with it and its password.` };
}

/** The line that tells how it went; a standard reply (IRCv3 FAIL) is a refusal, after which other answers may help. */
async function answerTo(link: Link, command: string, params: readonly string[], last: string): Promise<Line> {
  let said: Line | undefined;
  const answered = link.ask((line) => {
    const [about, code] = line.params;
    if (line.command === 'FAIL' && about === command) {
      return new Refusal(code === 'TEMPORARILY_UNAVAILABLE' ? 'network' : 'invalid', lastOf(line));
    }
    if (line.command === '421' && line.params[1] === command) return new Refusal('unsupported', lastOf(line));
    if (line.command !== command) return undefined;
    said = line;
    return 'done';
  });
  link.write(formatLine(command, [...params], last));
  await answered;
  if (!said) throw new Refusal('network', `${link.server} gave no answer. Try again later.`);
  return said;
}

/** From here on every connection logs in by it. */
function loggedIn(
  link: Link,
  { name, password }: { readonly name: string; readonly password: string },
): CommandOutcome {
  delete link.wishes.registering;
  link.account = name;
  const { nick } = link;
  return {
    text: `The account ${name} is registered, and you are logged in to it, now and whenever you connect.`,
    change(account) {
      const { guest: _, ...rest } = (account as Account<IrcSettings>).settings;
      return { ...account, settings: { ...rest, nick, sasl: { account: name, password } } };
    },
  };
}

const REFUSED =
  /already|invalid|not (a )?valid|cannot|can't|not allowed|must|too (short|long|many)|insufficient|syntax|failed/i;
const TAKEN = /regist|e-?mail|passcode|confirm|activat/i;

async function registeredByNickServ(link: Link, wanted: Wanted): Promise<CommandOutcome> {
  const { email, password } = wanted;
  let text = '';
  await tellNickServ(link, ['REGISTER', password, email].filter(Boolean).join(' '), (line) => {
    if (!fromService(link, line)) return undefined;
    text = lastOf(line);
    if (REFUSED.test(text)) return new Refusal('invalid', `${line.source} says: ${text}`);
    return TAKEN.test(text) ? 'done' : undefined;
  });
  // With a code outstanding services do not log in.
  if (link.account !== '') return loggedIn(link, { name: link.account, password });
  const next = `When that is done, sign in to ${link.server} with the nick and its password.`;
  return { text: [`NickServ says: ${text}`, next].join('\n') };
}
