/** The IRC network: what it is, how its addresses read, and how a user gets a session on one of its servers. */

import { type Account, type AccountId, type ContactId, type Network, Refusal } from '#src/network.ts';
import { guestAccount, type IrcSettings, type Servers, signIn } from './account.ts';
import { foldAscii } from './casemapping.ts';
import { type FindServer, fixedPlaceOf, idsOf, placeOf, readTyped } from './ids.ts';
import { isPerson } from './names.ts';
import { type IrcOptions, serverOptions } from './options.ts';
import { IrcSession } from './session.ts';
import { SETTINGS } from './settings.ts';
import { TIMING, type Timing } from './timing.ts';

const DOES: Network['does'] = [
  'message',
  'raw',
  'presence',
  'contact',
  'join',
  'leave',
  'nick',
  'topic',
  'invite',
  'moderate',
  'enlist',
  'configure',
];
/** As much as the lines of one message hold, about. */
const TEXT_BYTES = 16_384;

/** `timing` shortens waits in tests. */
export function ircNetwork(options: IrcOptions, timing: Partial<Timing> = {}): Network {
  const fixed = options.server as AccountId | undefined;
  const find: FindServer = (name) => (serverOptions(options, name) ? (name as AccountId) : undefined);
  return {
    id: 'irc',
    title: 'IRC',
    gateway: 'irc',
    prompt: fixed
      ? { desc: `Enter a nick on ${fixed}.`, label: 'Nick' }
      : { desc: 'Enter a nick and its server, such as “juliet on irc.libera.chat”.', label: 'Nick on server' },
    does: DOES,
    settings: SETTINGS,
    limits: { burst: options.throttle.burst, perSecond: options.throttle.per_second },
    textBytes: TEXT_BYTES,
    place: (local) => (fixed ? fixedPlaceOf(local, fixed) : placeOf(local, find)),
    contact: (typed, at) => contactOf(typed, at, options, find),
    address: (account) => (fixed ? '' : account),
    guest(account, nick) {
      const server = fixed ?? (account && find(account));
      return options.open && server ? guestAccount(server, nick) : undefined;
    },
    signIn: (at, known) => signIn(fixed ?? at, known as Account<IrcSettings> | undefined, serversOf(options, find)),
    open: (account, host) => openSession(account as Account<IrcSettings>, host, options, timing),
  };
}

function contactOf(
  typed: string,
  at: AccountId | undefined,
  options: IrcOptions,
  find: FindServer,
): ContactId | undefined {
  const here = (options.server as AccountId | undefined) ?? at;
  const fixed = options.server !== undefined;
  const alone = typed.trim();
  if (here !== undefined && isPerson(alone)) return idsOf(here, fixed).contact(alone);
  const { nick = '', server = '' } = readTyped(typed) ?? {};
  const account = find(server) ?? find(serverCalled(server, options));
  return account !== undefined && isPerson(nick) ? idsOf(account, fixed).contact(nick) : undefined;
}

/** What can be answered to the question for a server. */
function serversOf(options: IrcOptions, find: FindServer): Servers {
  const { servers, allow_servers: others } = options;
  return {
    find: (name) => find(serverCalled(name, options)) ?? find(name),
    listed: Object.keys(servers),
    closed: others.length === 0,
  };
}

/** `libera` is the one configured server that has it as a label of its name. */
function serverCalled(word: string, { server, servers }: IrcOptions): string {
  const names = server === undefined ? Object.keys(servers) : [server];
  const called = names.filter((name) => name.split('.').includes(foldAscii(word)));
  return called.length === 1 ? (called[0] ?? '') : '';
}

function openSession(
  account: Account<IrcSettings>,
  host: Parameters<Network['open']>[1],
  options: IrcOptions,
  timing: Partial<Timing>,
): IrcSession {
  const server = serverOptions(options, account.id);
  if (!server) throw new Refusal('not-allowed', `This gateway does not connect to ${account.id} any more.`);
  const { realname, quit_message: quitMessage } = options;
  const { password, ping, poll } = server;
  const ids = idsOf(account.id, options.server !== undefined);
  return new IrcSession({
    account,
    host,
    server: account.id,
    ids,
    wire: server,
    timing: { ...TIMING, poll: poll * 1000, ...timing },
    realname,
    password,
    ping,
    quitMessage,
  });
}
