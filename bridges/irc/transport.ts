/** The socket to an IRC server: cuts what comes into lines, joins what goes into one write per turn, bounds both. */

import { isUtf8 } from 'node:buffer';
import { isIP, type Socket, connect as tcp } from 'node:net';
import { connect as tls } from 'node:tls';
import { publicLookup } from '#src/net/public-address.ts';

/** How to reach the server, and who gets its lines. */
export interface Wire {
  readonly address: string;
  readonly port: number;
  /** Otherwise it has to have a public address. */
  readonly listed: boolean;
  /** `off` is plain text. */
  readonly tls: 'required' | 'off';
  readonly verify: boolean;
  /** Certificates in PEM, trusted in place of the system's. */
  readonly ca?: string;
  /** For servers that know people by it: certificate and key, both in PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** The socket, and TLS, is there. */
  readonly onOpen: () => void;
  /** Gets each line, without its end. */
  readonly onLine: (line: string) => void;
  /** The connection ended; the error says why, if it was not the server's own wish. */
  readonly onClose: (error: Error | undefined) => void;
}

/** Tags (IRCv3: 8,191 bytes) and a generous rest; a line beyond it is dropped. */
const LINE_LENGTH = 8191 + 4096;
/** Bytes that may wait for their line's end, and bytes that the server may leave unread. */
const UNFINISHED_BYTES = 64 * 1024;
const UNREAD_BYTES = 1024 * 1024;
const LF = 0x0a;
const latin1 = new TextDecoder('latin1');

export class Transport {
  readonly #wire: Wire;
  #socket: Socket | undefined;
  #error: Error | undefined;
  #unfinished: Buffer[] = [];
  #unfinishedBytes = 0;
  #out = '';
  #written: ((error?: Error | null) => void)[] = [];

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  connect(): void {
    const { address: host, port, verify, ca, listed, certificate, onOpen, onClose } = this.#wire;
    const to = { host, port, ...(!listed && { lookup: publicLookup }) };
    const secure = this.#wire.tls === 'required';
    const servername = isIP(host) ? {} : { servername: host };
    const socket = secure
      ? tls({ ...to, rejectUnauthorized: verify, ...servername, ...(ca !== undefined && { ca }), ...certificate })
      : tcp(to);
    this.#socket = socket.setNoDelay(true);
    socket.once(secure ? 'secureConnect' : 'connect', onOpen);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.once('close', () => onClose(this.#error));
  }

  /** Takes one line without its end; `written` hears when the system took it, or with an error when it never will. */
  writeLine(line: string, written?: (error?: Error | null) => void): void {
    if (this.#out === '') setImmediate(() => this.flush());
    this.#out += `${line.replace(/[\r\n\0]+/g, ' ')}\r\n`;
    if (written) this.#written.push(written);
  }

  /** Hands all lines of this turn to the system at once. */
  flush(): void {
    if (this.#out === '') return;
    const written = this.#written;
    this.#socket?.write(this.#out, (error) => {
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
      for (const line of readLines(whole)) this.#wire.onLine(line);
    }
    const rest = chunk.subarray(end + 1);
    if (rest.length === 0) return;
    this.#unfinished.push(Buffer.from(rest));
    this.#unfinishedBytes += rest.length;
    if (this.#unfinishedBytes > UNFINISHED_BYTES) this.fail(new Error('the server sent a line without an end'));
  }
}

/** The lines in `bytes`, each UTF-8 where it is that, else ISO-8859-1; empty and over-long ones are left out. */
export function readLines(bytes: Buffer): string[] {
  const lines = isUtf8(bytes) ? bytes.toString('utf8').split('\n') : splitBytes(bytes).map(decode);
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

function decode(line: Buffer): string {
  return isUtf8(line) ? line.toString('utf8') : latin1.decode(line);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
