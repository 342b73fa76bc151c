/** One connection to an IRC server: its socket, what the server is like, and what is known while it lasts. */

import { type AccountId, type Host, Refusal, type RemoteEvent } from '#src/network.ts';
import { Pace } from '#src/pace.ts';
import { Barriers } from './connection/barrier.ts';
import { Batches } from './connection/batch.ts';
import { Capabilities } from './connection/capabilities.ts';
import { Clock } from './connection/clock.ts';
import { type Charsets, charsetsOf, type EncodingSettings } from './connection/encodings.ts';
import { isTooFast } from './connection/farewell.ts';
import { addTokens, type Isupport, readIsupport } from './connection/isupport.ts';
import { Labels } from './connection/labels.ts';
import { Liveness } from './connection/liveness.ts';
import { Transport, type Wire } from './connection/transport.ts';
import type { Ids } from './ids.ts';
import { formatLine, type Line, parseLine } from './line.ts';
import { withoutFormat } from './messages/format.ts';
import type { Reactions } from './messages/reactions.ts';
import { ReadMarkers } from './messages/read-marker.ts';
import { Typing } from './messages/typing.ts';
import { Contacts } from './people/contacts.ts';
import { Ctcps } from './people/ctcp.ts';
import { Whois } from './people/whois.ts';
import { Whos } from './people/whox.ts';
import { type Answer, Questions } from './questions.ts';
import type { Channel } from './rooms/channels.ts';
import { Netsplits } from './rooms/netsplit.ts';
import type { Timing } from './timing.ts';
import type { Wish, Wishes } from './wishes.ts';

/** Events that may wait to be taken over before the server has to wait, and when it may go on. */
const EMITS = { most: 512, fewer: 128 };
const BACKGROUND_LINES = 1024;

/** Who to be on the server. */
export interface Login {
  readonly nick: string;
  readonly username: string;
  readonly realname: string;
  /** The server's own (PASS). */
  readonly password?: string;
  /** What comes before everything else (IRCv3 WEBIRC). */
  readonly webirc?: string;
  readonly sasl?: { readonly account: string; readonly password: string };
  /** The line by which services take account and password, on servers without SASL; empty where nothing is sent. */
  readonly identify?: string;
}

export interface LinkOptions {
  readonly server: AccountId;
  readonly ids: Ids;
  readonly wire: Omit<Wire, 'onOpen' | 'onLine' | 'onClose' | 'charsets'>;
  readonly encodings: EncodingSettings;
  /** Lines that the user wants to be sent at once before it is one a second; none or negative: as the administrator has it. */
  readonly throttle?: number | undefined;
  readonly login: Login;
  /** Seconds of silence after which the server is asked for a sign of life. */
  readonly ping: number;
  /** Lines of one message; a longer one goes as a link, where there is a place for its text. */
  readonly pasteOver: number;
  readonly timing: Timing;
  /** Who answers questions between programs for the user. */
  readonly ctcp: Ctcps['answers'];
  readonly host: Host;
  /** These outlive the link. */
  readonly wishes: Wishes;
  readonly reactions: Reactions;
}

/** A JOIN that is under way. */
export interface Entry {
  readonly wish: Wish;
  /** Settled when it succeeded or was refused. */
  readonly done: Promise<void>;
}

export class Link {
  readonly server: AccountId;
  readonly ids: Ids;
  readonly timing: Timing;
  readonly host: Host;
  readonly wishes: Wishes;
  readonly pasteOver: number;
  readonly login: Login;
  readonly caps: Capabilities;
  /** We have proved who we are by a certificate of our own, if the server asks for it. */
  readonly certified: boolean;
  /** By which port, and whether others can read along. */
  reached: { readonly port: number; readonly tls: boolean };
  /** By folded name. */
  readonly channels = new Map<string, Channel>();
  /** Channels we sent a JOIN for, by folded name. */
  readonly entering = new Map<string, Entry>();
  /** Channels whose JOIN may still succeed though nobody wants it any more, by folded name. */
  readonly unwanted = new Set<string>();
  readonly contacts = new Contacts();
  readonly whois = new Whois();
  readonly whos = new Whos();
  readonly ctcp: Ctcps;
  readonly clock = new Clock();
  readonly netsplits = new Netsplits();
  readonly batches = new Batches();
  readonly labels = new Labels();
  /** Texts of messages that the bridge itself wrote; see echo.ts. */
  readonly unspoken = new Set<string>();
  readonly barriers = new Barriers();
  readonly typing = new Typing();
  readonly readMarkers = new ReadMarkers();
  readonly reactions: Reactions;
  /** Receives each line; what keeps the connection alive is done already. */
  onLine: (line: Line) => void = () => undefined;
  nick: string;
  /** Our own `user@host` as others see it; empty until known. */
  origin = '';
  /** Text of AWAY as the server knows it. */
  away = '';
  isupport: Isupport = readIsupport(new Map());
  /** Name of the account we are logged in to; empty when to none. */
  account = '';
  /** Milliseconds of `Date.now()` until which even the replies nobody asks for are shown: the user may have. */
  curiousUntil = 0;

  readonly #transport: Transport;
  readonly #questions = new Questions();
  readonly #ended = new AbortController();
  readonly #connected = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<never>();
  readonly #background: (() => string | undefined)[] = [];
  readonly liveness: Liveness;
  #charsets: Charsets | undefined;
  /** The user's own, besides the administrator's. */
  #pace: Pace | undefined;
  #working = false;
  #emitting = 0;
  #opened = false;
  #failure: unknown;
  /** The reason in the server's ERROR. */
  #farewell = '';

  constructor(options: LinkOptions) {
    const { server, ids, wire, login, timing, host, wishes, reactions, ping, encodings, throttle, ctcp } = options;
    this.pasteOver = options.pasteOver;
    this.server = server;
    this.ids = ids;
    this.timing = timing;
    this.host = host;
    this.wishes = wishes;
    this.reactions = reactions;
    this.login = login;
    this.nick = login.nick;
    this.ctcp = new Ctcps(ctcp);
    this.reached = { port: wire.port, tls: wire.secure };
    this.certified = wire.certificate !== undefined && wire.secure;
    this.caps = new Capabilities(login.sasl !== undefined || this.certified);
    this.#closed.promise.catch(() => undefined);
    this.#charsets = this.#charsetsFor(encodings);
    this.#pace = paceFor(throttle);
    const timer = setTimeout(() => this.fail(new Error('no answer')), timing.connect);
    this.signal.addEventListener('abort', () => clearTimeout(timer));
    this.liveness = new Liveness({
      seconds: ping,
      // WEBIRC has to be the first line.
      ask: () => this.#opened && this.ping(),
      dead: () => this.fail(new Error('the server no longer answers')),
      signal: this.signal,
    });
    this.#transport = new Transport({
      ...wire,
      ...(this.#charsets && { charsets: this.#charsets }),
      onOpen: () => {
        this.#opened = true;
        clearTimeout(timer);
        this.#connected.resolve();
      },
      onLine: (text) => this.#receive(text),
      onClose: (error) => this.#end(error),
    });
    this.#transport.connect();
  }

  /** Goes on in other charsets, and at another pace. */
  adopt({ encodings, throttle }: Pick<LinkOptions, 'encodings' | 'throttle'>): void {
    this.#charsets = this.#charsetsFor(encodings);
    this.#pace = paceFor(throttle);
    this.#transport.speak(this.#charsets);
  }

  #charsetsFor(encodings: EncodingSettings): Charsets | undefined {
    return charsetsOf(encodings, this.ids, () => this.isupport.tokens.has('UTF8ONLY'));
  }

  /** Resolves when the socket, and TLS, is there; rejects as `closed`. */
  get connected(): Promise<void> {
    return Promise.race([this.#connected.promise, this.closed]);
  }

  /** Rejects when the connection ended, with the reason to tell the user. */
  get closed(): Promise<never> {
    return this.#closed.promise;
  }

  /** Aborts when the connection ended. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** The server tells when people in our rooms go away and come back (IRCv3 away-notify). */
  get tellsAway(): boolean {
    return this.caps.has('away-notify');
  }

  isMe(nick: string): boolean {
    const { fold } = this.isupport;
    return nick.length === this.nick.length && fold(nick) === fold(this.nick);
  }

  write(line: string): void {
    this.#questions.wrote(line);
    this.#transport.writeLine(line);
  }

  /** Asks for a sign of life. */
  ping(): void {
    this.clock.asks();
    this.write('PING :isthmus');
  }

  /** Resolves when the system took the line. */
  async written(line: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#questions.wrote(line);
    this.#transport.writeLine(line, (error) => (error ? reject(error) : resolve()));
    await promise.catch((cause) => {
      throw this.#interrupted(cause);
    });
  }

  /** How long the text is when it goes to that channel or nick. */
  bytesOf(text: string, target: string): number {
    return this.#charsets?.bytes(text, target) ?? Buffer.byteLength(text);
  }

  #turn(): Promise<void> {
    const admin = () => this.host.pace(this.signal);
    return this.#pace ? this.#pace.take(this.signal).then(admin) : admin();
  }

  /** Waits until one more line may be sent; `begun`: others of the same action were. */
  async pace(begun = false): Promise<void> {
    await this.#turn().catch((cause) => {
      if (begun) throw this.#interrupted(cause);
      const text = `The connection to ${this.server} was lost before this was sent. Send it again.`;
      throw new Refusal('network', text, { cause });
    });
  }

  /** Sends a line when it is its turn: only one of them at a time waits for it, so that the user's own are not held up. */
  background(line: string): void {
    this.later(() => line);
  }

  /** The same for a line that is made only then, or not at all; false where too many wait. */
  later(make: () => string | undefined): boolean {
    if (this.#background.length >= BACKGROUND_LINES) return false;
    this.#background.push(make);
    if (!this.#working) void this.#work();
    return true;
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      while (this.#background.length > 0) {
        await this.#turn();
        const line = this.#background.shift()?.();
        if (line !== undefined) this.write(line);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.#working = false;
    }
  }

  /** Waits for the line that answers what was just written. */
  ask(answer: Answer, ms = this.timing.answer, late?: Refusal): Promise<void> {
    const text = `${this.server} did not answer. Look whether it happened, then try again.`;
    return this.#questions.ask(answer, ms, late ?? new Refusal('timeout', text, { uncertain: true }));
  }

  /** Lets `judge` see the lines that answer what was written; it takes those for which it is true. */
  listen(judge: (line: Line) => boolean): Disposable {
    return this.#questions.listen(judge);
  }

  /** True when the line answered a question. */
  answers(line: Line): boolean {
    return this.#questions.offer(line);
  }

  emit(event: RemoteEvent): void {
    this.#emitting += 1;
    if (this.#emitting === EMITS.most) this.#transport.pause(true);
    this.host.emit(event).then(
      () => {
        this.#emitting -= 1;
        if (this.#emitting === EMITS.fewer) this.#transport.pause(false);
      },
      (error) => this.fail(error),
    );
  }

  notice(text: string): void {
    this.emit({ type: 'notice', text: withoutFormat(text) });
  }

  /** Ends the connection; `closed` rejects with a Refusal as it is, with another error as the reason of the loss. */
  fail(error: unknown): void {
    this.#failure ??= error;
    this.#transport.destroy();
  }

  /** Says goodbye and waits a moment for the server to end the connection. */
  async quit(message: string): Promise<void> {
    this.onLine = () => undefined;
    if (this.#opened) this.write(formatLine('QUIT', [], message));
    else this.#transport.destroy();
    const timer = setTimeout(() => this.#transport.destroy(), this.timing.quit);
    await this.closed.catch(() => undefined);
    clearTimeout(timer);
  }

  #receive(text: string): void {
    const line = parseLine(text);
    if (!line || this.signal.aborted) return;
    this.liveness.heard();
    try {
      if (line.command === 'PING') this.write(formatLine('PONG', [], line.params.at(-1) ?? ''));
      if (line.command === 'PONG') this.clock.answered(line);
      if (line.command === 'CAP') for (const reply of this.caps.take(line)) this.write(reply);
      if (line.command === '005') this.isupport = readIsupport(addTokens(this.isupport.tokens, line.params));
      if (line.command === 'ERROR') this.#farewell = withoutFormat(line.params[0] ?? '');
      this.onLine(line);
    } catch (error) {
      this.host.log.warn({ command: line.command, error }, 'A line from the server met a bug');
    }
  }

  #end(error: Error | undefined): void {
    const cause = this.#failure ?? error;
    const reason = this.#farewell || reasonOf(cause) || 'the server closed it';
    const refused = cause instanceof Refusal;
    const slower = isTooFast(this.#farewell) ? new Refusal('too-fast', reason, { cause }) : undefined;
    const failure = refused ? cause : (slower ?? new Error(reason, { cause }));
    this.#questions.fail(this.#interrupted(failure));
    this.#ended.abort();
    this.netsplits.stop();
    this.typing.stop();
    this.#closed.reject(failure);
  }

  #interrupted(cause: unknown): Refusal {
    const text = `The connection to ${this.server} was lost. Look whether it arrived before you send it again.`;
    return new Refusal('network', text, { uncertain: true, cause });
  }
}

/** A user's own pace, one line a second after so many; none where they have not set one. */
function paceFor(throttle: number | undefined): Pace | undefined {
  if (throttle === undefined || throttle < 0) return undefined;
  return new Pace({ burst: Math.max(1, throttle), perSecond: 1 });
}

/** What people are told for errors of the system. */
const WORDS = new Map([
  ['ENOTFOUND', 'there is no such server'],
  ['EAI_AGAIN', 'its name can not be looked up now'],
  ['ECONNREFUSED', 'it refuses connections'],
  ['ECONNRESET', 'the connection was reset'],
  ['ETIMEDOUT', 'it does not answer'],
  ['EHOSTUNREACH', 'it can not be reached'],
  ['ENETUNREACH', 'it can not be reached'],
  ['EADDRNOTAVAIL', 'the gateway does not have the address it is to connect from'],
  ['EPROTO', 'it does not speak TLS there'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS there'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'it does not speak TLS there'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'its TLS is too old to be safe'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'its TLS is too old to be safe'],
  ['ERR_SSL_DH_KEY_TOO_SMALL', 'its TLS is too old to be safe'],
]);

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const code = 'code' in error ? String(error.code) : '';
  // Node's error for a host with several addresses has a code and no text.
  return WORDS.get(code) ?? (error.message || code);
}
