/** Settings of a user for one server, or for one channel of it, under the names that biboumi gave them. */

import { type Account, type Answers, type Field, Refusal, type RoomId, type SettingsForm } from '#src/network.ts';
import { foldAscii } from '../casemapping.ts';
import { checkEncoding } from '../connection/encodings.ts';
import { checkFingerprint } from '../connection/pinning.ts';
import { usualPorts, waysTo } from '../connection/ports.ts';
import { LINE_BYTES } from '../line.ts';
import { AFTER_CONNECT_LINES } from '../login/after-connect.ts';
import { isNick } from '../names.ts';
import { type IrcOptions, type ServerOptions, serverOptions } from '../options.ts';
import type { IrcSettings } from './account.ts';

type Ports = NonNullable<IrcSettings['ports']>;
type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

const PORTS = 10;
const THROTTLE = 1000;
/** Channels of one account that can have settings of their own. */
const ROOMS = 500;

export function settingsForm(options: IrcOptions): SettingsForm {
  return {
    fields(account, room) {
      const known = account as Account<IrcSettings>;
      return room === undefined ? serverFields(known, options) : roomFields(known, room);
    },
    apply(account, answers, room) {
      const known = account as Account<IrcSettings>;
      const settings = room === undefined ? ofServer(known, answers, options) : ofRoom(known, answers, room);
      return { ...account, settings };
    },
  };
}

function serverOf({ id }: Account, options: IrcOptions): ServerOptions {
  const server = serverOptions(options, id);
  if (server) return server;
  throw new Refusal('not-allowed', `This gateway does not connect to ${id} any more.`);
}

function serverFields(account: Account<IrcSettings>, options: IrcOptions): readonly Field[] {
  const { settings } = account;
  const server = serverOf(account, options);
  const ports = settings.ports ?? usualPorts(server);
  return [
    text('nick', 'Nick (empty: that of the room you join first)', settings.guest ? '' : settings.nick),
    text('sasl_account', 'Account of the network (empty: named like the nick)', settings.sasl?.account),
    secret('sasl_password', 'Password of the account (leave empty to keep the present one)'),
    secret('pass', 'Password of the server (leave empty to keep the present one)'),
    ...forgetting(settings),
    ...(options.server === undefined ? [text('address', 'Address of the server', settings.address ?? account.id)] : []),
    lines('tls_ports', 'Encrypted ports, one a line, tried in this order', portsIn(ports, true)),
    lines('ports', 'Ports without encryption, tried after those', portsIn(ports, false)),
    ...(options.user_tls === 'free'
      ? [flag('verify_cert', 'Check the certificate of the server', settings.verify ?? server.verify)]
      : []),
    text('fingerprint', 'SHA-256 of the only certificate to trust', settings.fingerprint),
    lines('after_connect_commands', 'Lines sent after connecting', settings.afterConnect?.join('\n')),
    ...(options.realname_customization
      ? [
          text('username', 'User name, which others can see', settings.username),
          text('realname', 'Real name, which others can see', settings.realname),
        ]
      : []),
    text(
      'throttle_limit',
      'Lines sent at once before it is one a second (-1: as the gateway has it)',
      String(settings.throttle ?? options.throttle.burst),
    ),
    ...encodingFields(settings),
  ];
}

function roomFields({ settings }: Account<IrcSettings>, room: RoomId): readonly Field[] {
  return encodingFields(settings.rooms?.[room] ?? {});
}

function encodingFields({ encodingIn, encodingOut }: Pick<IrcSettings, 'encodingIn' | 'encodingOut'>): Field[] {
  return [
    text('encoding_in', 'Charset of what is not UTF-8, such as iso-8859-15', encodingIn),
    text('encoding_out', 'Charset to write in (empty: UTF-8)', encodingOut),
  ];
}

/** Secrets are never shown, so an empty field can't mean that there shall be none. */
function forgetting({ sasl, password }: IrcSettings): readonly Field[] {
  const choices = [...(sasl ? ['sasl_password'] : []), ...(password === undefined ? [] : ['pass'])];
  if (choices.length === 0) return [];
  return [{ name: 'forget', label: 'Passwords to forget', type: 'choices', choices, optional: true }];
}

function text(name: string, label: string, value = ''): Field {
  return { name, label, type: 'text', value, optional: true };
}

function lines(name: string, label: string, value = ''): Field {
  return { name, label, type: 'lines', value, optional: true };
}

function secret(name: string, label: string): Field {
  return { name, label, type: 'secret', optional: true };
}

function flag(name: string, label: string, on: boolean): Field {
  return { name, label, type: 'flag', value: String(on), optional: true };
}

function portsIn(ports: Ports, tls: boolean): string {
  return ports
    .filter((each) => each.tls === tls)
    .map(({ port }) => port)
    .join('\n');
}

/** What is not asked, like a certificate, stays. */
function ofServer(account: Account<IrcSettings>, answers: Answers, options: IrcOptions): IrcSettings {
  const { settings: known, id } = account;
  const server = serverOf(account, options);
  const said = (name: string) => answers[name]?.trim() ?? '';
  const after = commandsIn(answers['after_connect_commands'] ?? '');
  const address = foldAscii(said('address'));
  const ports = readPorts(answers, server);
  const throttle = readThrottle(said('throttle_limit'), options);
  const names = options.realname_customization
    ? { username: oneWord('username', said('username')), realname: oneLine('realname', said('realname')) }
    : {};
  const verify = answers['verify_cert'];
  const changed = without({
    ...known,
    ...nickFrom(said('nick'), known),
    ...secretsFrom(answers, known),
    ...names,
    address: address === id ? '' : address,
    ports,
    ...(options.user_tls === 'free' && {
      verify: verify === undefined || (verify === 'true') === server.verify ? undefined : verify === 'true',
    }),
    fingerprint: said('fingerprint') && checkFingerprint(said('fingerprint')),
    afterConnect: after.length > 0 ? after : undefined,
    throttle,
    encodingIn: checkEncoding(said('encoding_in'), 'in'),
    encodingOut: checkEncoding(said('encoding_out'), 'out'),
  });
  // Refuses an address that is not allowed before it is stored.
  waysTo(options, server, changed, '');
  return changed;
}

/** Settings in which what is empty is absent. */
function without(settings: { readonly [Name in keyof IrcSettings]: IrcSettings[Name] | undefined }): IrcSettings {
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined && value !== '');
  return { nick: settings.nick ?? '', ...Object.fromEntries(entries) };
}

function nickFrom(nick: string, known: IrcSettings): { readonly nick: string; readonly guest: true | undefined } {
  if (nick === '') return { nick: known.nick, guest: true };
  if (isNick(nick)) return { nick, guest: undefined };
  throw new Refusal('invalid', `“${nick}” can't be a nick on IRC. Choose one word of letters, digits, - and _.`);
}

function secretsFrom(answers: Answers, known: IrcSettings): Pick<Mutable<IrcSettings>, 'sasl' | 'password'> {
  const forgotten = (answers['forget'] ?? '').split('\n');
  const pass = oneLine('pass', answers['pass'] ?? '') || (forgotten.includes('pass') ? '' : known.password);
  return {
    sasl: forgotten.includes('sasl_password') && !answers['sasl_password'] ? undefined : saslFrom(answers, known),
    password: pass || undefined,
  } as Pick<IrcSettings, 'sasl' | 'password'>;
}

/** A password is for the account it was given for, and for no other. */
function saslFrom(answers: Answers, known: IrcSettings): IrcSettings['sasl'] | undefined {
  const password = oneLine('sasl_password', answers['sasl_password'] ?? '');
  const named = oneWord('sasl_account', answers['sasl_account']?.trim() ?? '');
  const account = named || answers['nick']?.trim() || '';
  if (password !== '') {
    if (account !== '') return { account, password };
    throw new Refusal('invalid', 'A password needs its account: give its name or the nick too.');
  }
  if (!known.sasl || named === known.sasl.account) return known.sasl;
  if (named === '') return undefined;
  throw new Refusal('invalid', 'Another account needs its own password: give it too.');
}

function readPorts(answers: Answers, server: ServerOptions): Ports | undefined {
  const usual = usualPorts(server);
  const ports = [
    ...portList(answers['tls_ports'] ?? '').map((port) => ({ port, tls: true })),
    ...portList(answers['ports'] ?? '').map((port) => ({ port, tls: false })),
  ];
  const same = ports.length === usual.length && ports.every((each) => usual.some((one) => isSame(each, one)));
  return ports.length === 0 || same ? undefined : ports;
}

function isSame(one: Ports[number], other: Ports[number]): boolean {
  return one.port === other.port && one.tls === other.tls;
}

function portList(typed: string): number[] {
  const words = typed.split(/[\s,;]+/).filter(Boolean);
  const wrong = words.find((word) => !/^\d{1,5}$/.test(word) || Number(word) < 1 || Number(word) > 65_535);
  if (wrong !== undefined) throw new Refusal('invalid', `“${wrong}” is no port. Give numbers from 1 to 65535.`);
  if (words.length > PORTS) throw new Refusal('invalid', `No more than ${PORTS} ports are tried. Take some out.`);
  return [...new Set(words.map(Number))];
}

function readThrottle(typed: string, { throttle }: IrcOptions): number | undefined {
  const limit = typed === '' ? throttle.burst : Number(typed);
  if (!Number.isSafeInteger(limit) || limit < -1 || limit > THROTTLE) {
    throw new Refusal('invalid', `“${typed}” is no number of lines. Give one from 0 to ${THROTTLE}, or -1.`);
  }
  return limit === throttle.burst ? undefined : limit;
}

function commandsIn(typed: string): string[] {
  const commands = typed.split('\n').filter((line) => line.trim() !== '');
  if (commands.length > AFTER_CONNECT_LINES)
    throw new Refusal('invalid', `No more than ${AFTER_CONNECT_LINES} lines after connecting.`);
  return commands.map((line) => oneLine('after_connect_commands', line));
}

function oneLine(name: string, typed: string): string {
  if (!/[\r\n\0]/.test(typed) && Buffer.byteLength(typed) <= LINE_BYTES) return typed;
  throw new Refusal('invalid', `“${name}” has to fit in one line of IRC: no more than ${LINE_BYTES} bytes.`);
}

/** As biboumi: a user name has no spaces. */
function oneWord(name: string, typed: string): string {
  return oneLine(name, typed).replace(/\s+/g, '_');
}

function ofRoom({ settings }: Account<IrcSettings>, answers: Answers, room: RoomId): IrcSettings {
  const encodingIn = checkEncoding(answers['encoding_in'] ?? '', 'in');
  const encodingOut = checkEncoding(answers['encoding_out'] ?? '', 'out');
  const { [room]: _, ...others } = settings.rooms ?? {};
  const own = { ...(encodingIn && { encodingIn }), ...(encodingOut && { encodingOut }) };
  const rooms = Object.keys(own).length > 0 ? { ...others, [room]: own } : others;
  const count = Object.keys(rooms).length;
  if (count > ROOMS) throw new Refusal('too-fast', `No more than ${ROOMS} channels can have charsets of their own.`);
  const { rooms: _before, ...rest } = settings;
  return count > 0 ? { ...rest, rooms } : rest;
}
