/** The IRC network: what it is, how its addresses read, and how a user gets a session on one of its servers. */

import { type Account, type AccountId, type ContactId, type Host, type Network, Refusal } from '#src/network.ts';
import { foldAscii } from './casemapping.ts';
import { Identd } from './connection/identd.ts';
import { waysTo } from './connection/ports.ts';
import { webircLine } from './connection/webirc.ts';
import { type FindServer, fixedPlaceOf, idsOf, placeOf, readTyped } from './ids.ts';
import { loginOf } from './login/login.ts';
import { isPerson } from './names.ts';
import { type IrcOptions, serverOptions } from './options.ts';
import { SETTINGS } from './rooms/settings.ts';
import { IrcSession, type SessionOptions } from './session.ts';
import { guestAccount, type IrcSettings, type Servers, signIn } from './settings/account.ts';
import { certificate } from './settings/commands/certificate.ts';
import { registerAccount, verifyAccount } from './settings/commands/register-account.ts';
import { settingsForm } from './settings/form.ts';
import { TIMING, type Timing } from './timing.ts';

const DOES: Network['does'] = [
  'message',
  'reply',
  'react',
  'retract',
  'erase',
  'typing',
  'read',
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
  'markup',
];
/** As much as the lines of one message hold, about. */
const TEXT_BYTES = 16_384;

/** `timing` shortens waits in tests. */
export function ircNetwork(options: IrcOptions, timing: Partial<Timing> = {}): Network {
  const fixed = options.server as AccountId | undefined;
  const find: FindServer = (name) => (serverOptions(options, name) ? (name as AccountId) : undefined);
  const { listen, port } = options.identd;
  const identd = port === undefined ? undefined : new Identd({ listen, port });
  const site: Site = { options, timing, identd };
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
    replies: 'name',
    place: (local) => (fixed ? fixedPlaceOf(local, fixed) : placeOf(local, find)),
    contact: (typed, at) => contactOf(typed, at, options, find),
    address: (account) => (fixed ? '' : account),
    guest(account, nick) {
      const server = fixed ?? (account && find(account));
      return options.open && server ? guestAccount(server, nick) : undefined;
    },
    signIn: (at, known) => signIn(fixed ?? at, known as Account<IrcSettings> | undefined, serversOf(options, find)),
    open: (account, host) => openSession(account as Account<IrcSettings>, host, site),
    entrance(account) {
      const { connections = 0, connects_per_second: perSecond = 1 } = serverOptions(options, account.id) ?? {};
      return { name: account.id, connections, perSecond };
    },
    form: settingsForm(options),
    commands: [registerAccount, verifyAccount, certificate],
    // Whatever is looked at when a session or a connection is made.
    reloads: ['servers', 'allow_servers', 'open', 'realname', 'quit_message', 'user_tls', 'bind'],
    ...(identd && { serve: (signal: AbortSignal) => identd.serve(signal) }),
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

/** What all sessions have in common. */
interface Site {
  readonly options: IrcOptions;
  readonly timing: Partial<Timing>;
  readonly identd: Identd | undefined;
}

function openSession(account: Account<IrcSettings>, host: Host, site: Site): IrcSession {
  const make = (changed: Account<IrcSettings>) => sessionOptions(changed, host, site);
  return new IrcSession(make(account), make);
}

function sessionOptions(account: Account<IrcSettings>, host: Host, { options, timing, identd }: Site): SessionOptions {
  const server = serverOptions(options, account.id);
  if (!server) throw new Refusal('not-allowed', `This gateway does not connect to ${account.id} any more.`);
  const { owner } = host;
  const { settings } = account;
  const identity = { options, server, settings, owner };
  return {
    account,
    host,
    server: account.id,
    ids: idsOf(account.id, options.server !== undefined),
    timing: { ...TIMING, poll: server.poll * 1000, ...timing },
    ping: server.ping,
    pasteOver: options.paste_over,
    ctcp: options.ctcp_version,
    quitMessage: options.quit_message,
    ways: () => waysTo(options, server, settings, owner),
    login: async (nick, way) => {
      const webirc = way.known ? await webircLine(server.webirc, owner) : undefined;
      return { ...loginOf(identity, nick, way), ...(webirc !== undefined && { webirc }) };
    },
    onConnect: (socket) => identd?.add(socket, owner),
  };
}
