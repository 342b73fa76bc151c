/** What a database of biboumi says of a user's IRC server and its channels, as our settings. Pure. */

import { type AccountId, Refusal } from '#src/network.ts';
import { foldAscii } from '../casemapping.ts';
import { checkEncoding } from '../connection/encodings.ts';
import { waysTo } from '../connection/ports.ts';
import { LINE_BYTES } from '../line.ts';
import { AFTER_CONNECT_LINES } from '../login/after-connect.ts';
import { isNick } from '../names.ts';
import { type IrcOptions, serverOptions } from '../options.ts';
import { guestAccount, type IrcSettings } from './account.ts';

/** Columns by name; what SQLite holds in one is not always of its type, and an old database lacks some. */
export type Row = Readonly<Record<string, unknown>>;
type Ports = NonNullable<IrcSettings['ports']>;

/** What a user has set for one server. */
export interface Options {
  /** Of ircserveroptions_. */
  readonly server: Row;
  /** Of after_connection_commands_, in order. */
  readonly commands: readonly string[];
  /** Of ircchanneloptions_, by room id. */
  readonly rooms: Readonly<Record<string, Row>>;
}
export interface ReadOptions {
  readonly id: AccountId;
  /** Local part of the user's JID: the nick until a room is joined, where none is set. */
  readonly name: string;
  /** The administrator's, which may say no. */
  readonly options: IrcOptions;
  /** Whether what users set for user name and real name counted (`realname_customization`). */
  readonly realnames: boolean;
  /** Told in a sentence what can't be kept. */
  readonly lost: (sentence: string) => void;
}

/** What every row of biboumi has that nobody has changed. */
const DEFAULTS = { tlsPorts: '6697;6670', plainPort: 6667, throttle: 10 } as const;
/** As many lines at once as an administrator can allow. */
const MOST_AT_ONCE = 1_000;
/** Characters of the name of a charset. */
const LABEL = 40;
const ADDRESS = /^[\w.:-]{1,253}$/;
const BREAKS = /[\r\n\0]/;

/** The text of a column; empty where there is none. */
export function textIn(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
}

/** The number in a column, or undefined. */
export function numberIn(row: Row, column: string): number | undefined {
  const text = textIn(row, column);
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : undefined;
}

/** The address biboumi gave a channel or, with an empty channel, a server: its local part before XEP-0106. */
export function idOf(channel: string, server: string, fixed: boolean): string {
  if (fixed) return foldAscii(channel);
  return foldAscii(channel === '' ? server : `${channel}%${server}`);
}

/** The settings of one account, and whether there are any. */
export function settingsOf({ server, commands, rooms }: Options, options: ReadOptions): IrcSettings {
  const { lost } = options;
  const password = oneLine(server, 'pass_', lost);
  const ports = portsIn(server, lost);
  const throttle = throttleIn(server, lost);
  const afterConnect = commandsIn(commands, lost);
  const encodingIn = encodingFrom(server, lost);
  const encodings = roomEncodings(rooms, lost);
  fingerprintIn(server, lost);
  return {
    ...nickIn(server, options),
    ...(password && { password }),
    ...(options.realnames && namesIn(server, lost)),
    ...addressIn(server, options),
    ...(ports && { ports }),
    ...verifyIn(server, options),
    ...(afterConnect.length > 0 && { afterConnect }),
    ...(encodingIn && { encodingIn }),
    ...(throttle !== undefined && { throttle }),
    ...(encodings && { rooms: encodings }),
  };
}

/** biboumi's account for SASL is the nick. */
function nickIn(row: Row, { id, name, lost }: ReadOptions): Pick<IrcSettings, 'nick' | 'guest' | 'sasl'> {
  const nick = textIn(row, 'nick_');
  const password = oneLine(row, 'saslpassword_', lost);
  if (isNick(nick)) return { nick, ...(password && { sasl: { account: nick, password } }) };
  if (nick !== '')
    lost('A nick that IRC does not allow is left out; rooms are joined by the nick that the client says.');
  if (password) {
    lost('A SASL password without a nick is left out, for the account it is for is not known. Sign in to set both.');
  }
  const { nick: guest } = guestAccount(id, name).settings;
  return { nick: guest, guest: true };
}

function namesIn(row: Row, lost: ReadOptions['lost']): Pick<IrcSettings, 'username' | 'realname'> {
  const username = oneLine(row, 'username_', lost).replaceAll(' ', '_');
  const realname = oneLine(row, 'realname_', lost);
  return { ...(username && { username }), ...(realname && { realname }) };
}

/** Where the host has one server, its address was the administrator's matter. */
function addressIn(row: Row, { id, options, lost }: ReadOptions): Pick<IrcSettings, 'address'> {
  const address = foldAscii(textIn(row, 'address_').trim());
  const server = serverOptions(options, id);
  if (!server || options.server !== undefined || address === '' || address === id) return {};
  if (!ADDRESS.test(address)) {
    lost('An address that is neither a host name nor an IP address is left out.');
    return {};
  }
  return allowed(() => waysTo(options, server, { address }, ''), lost) ? { address } : {};
}

/** Whether `check` refuses nothing; its sentence is told. */
function allowed(check: () => unknown, lost: ReadOptions['lost']): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    lost(error.message);
    return false;
  }
}

function verifyIn(row: Row, { options, lost }: ReadOptions): Pick<IrcSettings, 'verify'> {
  if (numberIn(row, 'verifycert_') !== 0) return {};
  if (options.user_tls !== 'free') {
    lost('A certificate that a user does not want verified is verified, unless isthmus.yaml has user_tls: free.');
  }
  return { verify: false };
}

/** TLS first, as biboumi tried them. Beside TLS the plain port of every row is no wish: nobody is moved to plain text. */
function portsIn(row: Row, lost: ReadOptions['lost']): Ports | undefined {
  const { tlsPorts, plainPort } = DEFAULTS;
  const [encrypted, plain] = [portList(row, 'tlsports_', lost), portList(row, 'ports_', lost)];
  const wished = encrypted.length > 0 ? plain.filter((port) => port !== plainPort) : plain;
  if (wished.length === 0 && (encrypted.length === 0 || encrypted.join(';') === tlsPorts)) {
    if (encrypted.length === 0 && 'tlsports_' in row)
      lost('An empty list of ports is left out; the usual ones are tried.');
    return undefined;
  }
  return [...encrypted.map((port) => ({ port, tls: true })), ...wished.map((port) => ({ port, tls: false }))];
}

function portList(row: Row, column: string, lost: ReadOptions['lost']): number[] {
  const words = textIn(row, column)
    .split(';')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const ports = words
    .filter((word) => /^\d{1,5}$/.test(word))
    .map(Number)
    .filter((port) => port > 0 && port < 65_536);
  if (ports.length < words.length) lost('What is no port from 1 to 65535 is left out of a list of ports.');
  return [...new Set(ports)];
}

/** A form that was sent in part has set it to 0. */
function throttleIn(row: Row, lost: ReadOptions['lost']): number | undefined {
  const limit = Math.trunc(numberIn(row, 'throttlelimit_') ?? DEFAULTS.throttle);
  if (limit !== 0) return limit === DEFAULTS.throttle ? undefined : Math.max(-1, Math.min(MOST_AT_ONCE, limit));
  lost('A throttle limit of 0 is left out, for it mostly comes from a form that was sent in part.');
  return undefined;
}

function commandsIn(commands: readonly string[], lost: ReadOptions['lost']): string[] {
  const said = commands.filter((command) => command.trim() !== '');
  const kept = said.filter((command) => !BREAKS.test(command) && Buffer.byteLength(command) <= LINE_BYTES);
  if (kept.length < said.length) lost('A command after connecting that is no line of IRC is left out.');
  if (kept.length > AFTER_CONNECT_LINES)
    lost(`Of the commands after connecting only the first ${AFTER_CONNECT_LINES} are kept.`);
  return kept.slice(0, AFTER_CONNECT_LINES);
}

function fingerprintIn(row: Row, lost: ReadOptions['lost']): void {
  if (textIn(row, 'trustedfingerprint_') === '') return;
  lost(
    'A trusted certificate is left out, for biboumi knows it by SHA-1. Set its SHA-256 in the settings of the server.',
  );
}

/** biboumi has never used what was set for sending: it sends UTF-8. */
function encodingFrom(row: Row, lost: ReadOptions['lost']): string | undefined {
  if (textIn(row, 'encodingout_') !== '') {
    lost(
      'A charset for sending is left out, for biboumi has always sent UTF-8. Set it again where it is really wanted.',
    );
  }
  const label = textIn(row, 'encodingin_').slice(0, LABEL);
  let known = '';
  allowed(() => {
    known = checkEncoding(label, 'in');
  }, lost);
  return known === '' ? undefined : known;
}

function roomEncodings(rooms: Options['rooms'], lost: ReadOptions['lost']): IrcSettings['rooms'] {
  const encodings = Object.entries(rooms).flatMap(([room, row]) => {
    const encodingIn = encodingFrom(row, lost);
    return encodingIn ? [[room, { encodingIn }] as const] : [];
  });
  return encodings.length > 0 ? Object.fromEntries(encodings) : undefined;
}

function oneLine(row: Row, column: string, lost: ReadOptions['lost']): string {
  const text = textIn(row, column);
  if (!BREAKS.test(text) && Buffer.byteLength(text) <= LINE_BYTES) return text;
  lost(`What does not fit in a line of IRC is left out (${column.replace(/_$/, '')}).`);
  return '';
}
