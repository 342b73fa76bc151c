/** The socket to an IRC server: cuts what comes into lines, joins what goes into one write per turn, bounds both. */

import { isUtf8 } from 'node:buffer';
import { isIP, type Socket, type TcpNetConnectOpts, connect as tcp } from 'node:net';
import { type TLSSocket, connect as tls } from 'node:tls';
import { publicLookup } from '#src/net/public-address.ts';
import type { Charsets } from './encodings.ts';
import { mistrust, type Trust } from './pinning.ts';

/** How to reach the server, and who gets its lines. */
export interface Wire {
  readonly address: string;
  readonly port: number;
  /** By TLS; otherwise plain text. */
  readonly secure: boolean;
  /** Otherwise it has to have a public address. */
  readonly listed: boolean;
  readonly trust: Trust;
  /** For servers that know people by it: certificate and key, both in PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** The address of ours to connect from; only addresses of its kind are connected to. */
  readonly from?: string;
  /** Reads what is not UTF-8, and writes otherwise than in UTF-8. */
  readonly charsets?: Charsets;
  /** The system has connected, TLS may follow: the server may already ask whose the connection is. */
  readonly onConnect?: (socket: Socket) => void;
  /** The socket, and TLS, is there, and the server is trusted. */
  readonly onOpen: () => void;
  /** Gets each line, without its end. */
  readonly onLine: (line: string) => void;
  /** The connection ended; the error says why, if it was not the server's own wish. */
  readonly onClose: (error: Error | undefined) => void;
}

/** Tags (IRCv3: 8,191 bytes) and a generous rest; a line beyond it is dropped. */
const LINE_LENGTH = 8191 + 4096;
/** Of several addresses each gets so many milliseconds before the next is tried; Node's own 250 are too few for far ones. */
const ADDRESS_MS = 2_500;
/** Bytes that may wait for their line's end, and bytes that the server may leave unread. */
const UNFINISHED_BYTES = 64 * 1024;
const UNREAD_BYTES = 1024 * 1024;
const LF = 0x0a;
const ESCAPE = 0x1b;
const latin1 = new TextDecoder('latin1');

export class Transport {
  readonly #wire: Wire;
  #socket: Socket | undefined;
  #error: Error | undefined;
  #unfinished: Buffer[] = [];
  #unfinishedBytes = 0;
  #out = '';
  #written: ((error?: Error | null) => void)[] = [];

  #charsets: Charsets | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
    this.#charsets = wire.charsets;
  }

  /** What is read and written from here on is in other charsets. */
  speak(charsets: Charsets | undefined): void {
    this.flush();
    this.#charsets = charsets;
  }

  connect(): void {
    const { address: host, port, secure, listed, from, onConnect, onClose } = this.#wire;
    const to = {
      host,
      port,
      autoSelectFamilyAttemptTimeout: ADDRESS_MS,
      ...(!listed && { lookup: publicLookup }),
      ...(from !== undefined && { localAddress: from, family: isIP(from) }),
    };
    const socket = secure ? this.#encrypted(to) : tcp(to).once('connect', () => this.#opened());
    this.#socket = socket.setNoDelay(true);
    socket.once('connect', () => onConnect?.(socket));
    socket.on('error', (error) => {
      this.#error ??= error;
    });
    socket.once('close', () => onClose(this.#error));
  }

  /** The certificate is judged here and not by Node, so that a server can be trusted by its fingerprint alone. */
  #encrypted(to: TcpNetConnectOpts): TLSSocket {
    const { trust, certificate } = this.#wire;
    const servername = isIP(to.host ?? '') ? {} : { servername: to.host ?? '' };
    const ca = trust.ca === undefined ? {} : { ca: trust.ca };
    const socket = tls({ ...to, ...servername, ...ca, ...certificate, rejectUnauthorized: false });
    return socket.once('secureConnect', () => {
      const error = mistrust(socket, trust);
      if (error) this.fail(error);
      else this.#opened();
    });
  }

  #opened(): void {
    this.#socket?.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#wire.onOpen();
  }

  /** Takes one line without its end; `written` hears when the system took it, or with an error when it never will. */
  writeLine(line: string, written?: (error?: Error | null) => void): void {
    if (this.#out === '') setImmediate(() => this.flush());
    const charsets = this.#charsets;
    const one = line.replace(/[\r\n\0]+/g, ' ');
    this.#out += `${charsets ? charsets.encode(one).toString('latin1') : one}\r\n`;
    if (written) this.#written.push(written);
  }

  /** Hands all lines of this turn to the system at once. */
  flush(): void {
    if (this.#out === '') return;
    const written = this.#written;
    // With charsets each character stands for one byte.
    this.#socket?.write(this.#out, this.#charsets ? 'latin1' : 'utf8', (error) => {
      for (const tell of written) tell(error);
    });
    this.#out = '';
    this.#written = [];
    if ((this.#socket?.writableLength ?? 0) > UNREAD_BYTES) this.fail(new Error('the server reads nothing any more'));
  }

  /** Ends the connection with a reason of our own. */
  fail(error: Error): void {
    this.#error = error;
    this.#socket?.destroy();
  }

  /** While paused nothing is read, and the server has to wait. */
  pause(paused: boolean): void {
    if (paused) this.#socket?.pause();
    else this.#socket?.resume();
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#socket?.destroy();
  }

  #read(chunk: Buffer): void {
    const end = chunk.lastIndexOf(LF);
    if (end >= 0) {
      const whole = Buffer.concat([...this.#unfinished, chunk.subarray(0, end)]);
      this.#unfinished = [];
      this.#unfinishedBytes = 0;
      for (const line of readLines(whole, this.#charsets)) this.#wire.onLine(line);
    }
    const rest = chunk.subarray(end + 1);
    if (rest.length === 0) return;
    this.#unfinished.push(Buffer.from(rest));
    this.#unfinishedBytes += rest.length;
    if (this.#unfinishedBytes > UNFINISHED_BYTES) this.fail(new Error('the server sent a line without an end'));
  }
}

/** The lines in `bytes`, each UTF-8 where it is that, else as `charsets` has it; empty and over-long ones are left out. */
export function readLines(bytes: Buffer, charsets?: Charsets): string[] {
  const lines =
    isUtf8(bytes) && !(charsets?.escapes && bytes.includes(ESCAPE))
      ? bytes.toString('utf8').split('\n')
      : splitBytes(bytes).map((line) => decode(line, charsets));
  return lines.map(withoutReturn).filter((line) => line !== '' && line.length <= LINE_LENGTH);
}

function splitBytes(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const found = bytes.indexOf(LF, start);
    const end = found < 0 ? bytes.length : found;
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

function decode(line: Buffer, charsets: Charsets | undefined): string {
  if (isUtf8(line) && !(charsets?.escapes && line.includes(ESCAPE))) return line.toString('utf8');
  return charsets?.decode(line) ?? latin1.decode(line);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
