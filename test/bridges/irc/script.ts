/** Plays the recorded lines of a network to the real bridge over a real socket, and looks at what it makes of them. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import { ircNetwork } from '#bridges/irc/index.ts';
import { parseLine } from '#bridges/irc/line.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { IrcSettings } from '#bridges/irc/settings/account.ts';
import { type Account, Refusal, type RemoteEvent, type Session } from '#src/network.ts';
import { FakeHost } from '#test/fakes/host.ts';
import { act, tell } from './script-words.ts';
import { SERVER } from './stage.ts';

/*
 * A script is lines as a client's raw log would have them, with a sign and a space before each. They are made from the
 * sources of the daemons and public lists of numerics, out of nobody's log:
 *
 *   # a comment; the first says which network and daemon this is
 *   server irc.example.net        who answers PING; of the head, before the first step
 *   caps sasl=PLAIN server-time   what CAP LS offers and CAP REQ gets; without it the script does CAP itself
 *   nick romeo                    also: password (PASS), sasl ACCOUNT PASSWORD, charset latin1 for what the server says
 *   < line                        the server says
 *   > pattern                     the client must have sent, or send within two seconds; each line counts once, in any order
 *   >! pattern                    the client must not have sent by now
 *   $ join #test                  our user does: join, leave, say, me, nick, topic, invite, kick, ban, rank, away, back,
 *                                 watch, raw, rooms, bans; `end` ends the connection, `run` makes the next
 *   = pattern                     the gateway must be told, in the words of `tell` (script-words.ts); each once, in any order
 *   =! pattern                    the gateway must not have been told by now
 *
 * In patterns `*` is any text, and `{name}` text that later lines can use. Every action has to be settled, and a refusal
 * or an end that no `=` expects fails the script, as does a bug that the bridge survived. With SCRIPT_LEFT=1 in the
 * environment the test prints what no `=` took.
 */
type Sign = '<' | '>' | '>!' | '$' | '=' | '=!';
interface Step {
  readonly sign: Sign;
  readonly text: string;
  /** In the file, from 1. */
  readonly line: number;
}
export interface Script {
  readonly head: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const WAIT_MS = 2000;
/** A list of capabilities longer than this comes in several lines (IRCv3 capability negotiation, CAP LS 302). */
const CAPS_BYTES = 400;

/** Throws at a line that is none of a script. */
export function readScript(text: string): Script {
  const head: Record<string, string> = {};
  const steps: Step[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, sign, rest = ''] = /^(<|>!?|\$|=!?) (.*)$/.exec(line) ?? [];
    const [, key = '', value = ''] = /^(server|caps|nick|password|sasl|charset)(?: (.+))?$/.exec(line) ?? [];
    if (sign) steps.push({ sign: sign as Sign, text: rest, line: at + 1 });
    else if (key !== '' && steps.length === 0) head[key] = value;
    else throw new Error(`Line ${at + 1} is none of a script: ${line}`);
  }
  return { head, steps };
}

/** Plays it to its end; throws at the first step that fails, with the line it stands in. */
export async function play(script: Script): Promise<void> {
  await using performance = await Performance.of(script);
  for (const step of script.steps) {
    await performance.perform(step).catch((error: Error) => {
      throw new Error(`Line ${step.line}, ${step.sign} ${step.text}: ${error.message}`);
    });
  }
  await performance.finish();
}

/** Facts, each told in one reading or several, that are looked for once. */
class Facts {
  #left: (readonly string[])[] = [];
  #came = Promise.withResolvers<void>();

  add(...readings: string[]): void {
    this.#left.push(readings);
    this.#came.resolve();
    this.#came = Promise.withResolvers();
  }

  /** Takes the first that fits. */
  async take(pattern: RegExp): Promise<Record<string, string>> {
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, WAIT_MS).unref();
    });
    for (let over = false; ; ) {
      const found = this.find(pattern);
      if (found) {
        this.#left = this.#left.filter((readings) => readings !== found.readings);
        return found.groups;
      }
      if (over) throw new Error(`there is only\n  ${this.left.join('\n  ')}`);
      over = await Promise.race([this.#came.promise.then(() => false), late.then(() => true)]);
    }
  }

  find(pattern: RegExp): { readings: readonly string[]; groups: Record<string, string> } | undefined {
    for (const readings of this.#left) {
      for (const reading of readings) {
        const match = pattern.exec(reading);
        if (match) return { readings, groups: { ...match.groups } };
      }
    }
    return undefined;
  }

  /** Those nobody took, in their fullest reading. */
  get left(): string[] {
    return this.#left.map((readings) => readings.at(-1) ?? '');
  }
}

/** A host that tells what it is told. */
class Ear extends FakeHost {
  readonly #told: Facts;

  constructor(told: Facts) {
    super();
    this.#told = told;
  }

  override async emit(event: RemoteEvent): Promise<void> {
    this.#told.add(...tell(event));
  }

  override online(): void {
    this.#told.add('online');
  }
}

const literal = (text: string) => text.replace(/[\^$.*+?()[\]{}|]/g, '\\$&');

class Performance implements AsyncDisposable {
  readonly #script: Script;
  readonly #server = createServer((socket) => this.#accept(socket));
  readonly #sent = new Facts();
  readonly #told = new Facts();
  readonly #host = new Ear(this.#told);
  readonly #names = new Map<string, string>();
  readonly #abort = new AbortController();
  readonly #pending = new Set<string>();
  #socket = Promise.withResolvers<Socket>();
  #open = false;
  /** The session has ended, though its socket may be closing yet. */
  #over = false;
  #barriers = 0;
  #session!: Session;
  #life: Promise<void> = Promise.resolve();

  private constructor(script: Script) {
    this.#script = script;
  }

  static async of(script: Script): Promise<Performance> {
    const performance = new Performance(script);
    performance.#server.listen(0, '127.0.0.1');
    await once(performance.#server, 'listening');
    performance.#session = performance.#makeSession();
    performance.#run();
    return performance;
  }

  async perform({ sign, text }: Step): Promise<void> {
    switch (sign) {
      case '<':
        return this.#say(text.replace(/\{(\w+)\}/g, (all, name: string) => this.#names.get(name) ?? all));
      case '>':
        return this.#keep(await this.#sent.take(this.#patternOf(text)));
      case '=':
        return this.#keep(await this.#told.take(this.#patternOf(text)));
      case '$':
        return this.#act(text);
      default: {
        await this.#barrier();
        const found = (sign === '>!' ? this.#sent : this.#told).find(this.#patternOf(text));
        if (found) throw new Error(`there is ${found.readings.at(-1)}`);
      }
    }
  }

  /** What nobody looked for must not be a failure. */
  async finish(): Promise<void> {
    await this.#barrier();
    if (process.env['SCRIPT_LEFT']) console.log(this.#told.left.map((line) => `   left: ${line}`).join('\n'));
    const failures = [
      ...this.#told.left.filter((fact) => /^(refused|ended|bug)\b/.test(fact)),
      ...Array.from(this.#pending, (action) => `not settled: ${action}`),
      ...this.#host.warnings.map((warning) => `warned: ${inspect(warning)}`),
    ];
    if (failures.length > 0) throw new Error(failures.join('\n'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#cut();
    await this.#life;
    this.#server.close();
  }

  #makeSession(): Session {
    const { port } = this.#server.address() as AddressInfo;
    const { nick = 'romeo', password, sasl } = this.#script.head;
    const options = ircOptions.parse({ servers: { [SERVER]: { address: '127.0.0.1', port, tls: 'off' } } });
    const [account = '', secret = ''] = sasl?.split(' ') ?? [];
    const settings: IrcSettings = {
      nick,
      ...(password !== undefined && { password }),
      ...(sasl !== undefined && { sasl: { account, password: secret } }),
    };
    const login: Account<IrcSettings> = { id: SERVER, label: SERVER, settings };
    return ircNetwork(options, { quit: 50, tally: 20, cap: 20 }).open(login, this.#host);
  }

  #run(): void {
    this.#over = false;
    const life = this.#session.run(this.#abort.signal).finally(() => {
      this.#over = true;
    });
    this.#life = life.then(
      () => this.#told.add('ended'),
      (error: Error) => {
        const ended = error instanceof Refusal ? `ended ${error.why}` : 'ended';
        this.#told.add(ended, `${ended}: ${error.message}`);
      },
    );
  }

  #accept(socket: Socket): void {
    this.#open = true;
    socket.setNoDelay(true).on('error', () => undefined);
    socket.on('close', () => {
      this.#open = false;
      this.#socket = Promise.withResolvers();
    });
    createInterface({ input: socket }).on('line', (line) => this.#hear(socket, line));
    this.#socket.resolve(socket);
  }

  #hear(socket: Socket, line: string): void {
    const { command, params = [] } = parseLine(line) ?? {};
    const { server = SERVER, caps } = this.#script.head;
    const answers = command === 'CAP' && caps !== undefined ? negotiate(server, caps.split(' '), params) : [];
    if (command === 'PING') answers.push(`:${server} PONG ${server} :${params[0]}`);
    for (const answer of answers) socket.write(`${answer}\r\n`);
    this.#sent.add(line);
  }

  async #say(line: string): Promise<void> {
    const charset = this.#script.head['charset'] as BufferEncoding | undefined;
    const socket = await Promise.race([this.#socket.promise, this.#life.then(() => undefined)]);
    if (!socket) throw new Error('nobody is connected');
    socket.write(`${line}\r\n`, charset ?? 'utf8');
  }

  /** The bridge has read all that was said, and answered what it answers at once. */
  async #barrier(): Promise<void> {
    if (!this.#open || this.#over) return;
    this.#barriers += 1;
    await this.#say(`PING :barrier${this.#barriers}`);
    await this.#sent.take(new RegExp(`^PONG .*barrier${this.#barriers}$`));
  }

  async #cut(): Promise<void> {
    if (this.#open) (await this.#socket.promise).destroy();
  }

  async #act(text: string): Promise<void> {
    if (text === 'end') return this.#cut();
    if (text === 'run') {
      if (this.#open) await once(await this.#socket.promise, 'close');
      return this.#run();
    }
    const [verb = '', target = ''] = text.split(' ');
    const name = target === '' ? verb : `${verb} ${target}`;
    this.#pending.add(name);
    act(this.#session, text)
      .then(
        (answer) => this.#told.add(`done ${name}`, `done ${name}: ${answer}`),
        (error: Error) => {
          if (!(error instanceof Refusal)) return this.#told.add(`bug: ${error.stack}`);
          const refused = `refused ${name} ${error.why}`;
          this.#told.add(refused, `${refused}: ${error.message}`);
        },
      )
      .finally(() => this.#pending.delete(name));
  }

  #patternOf(text: string): RegExp {
    const parts = text.split(/(\*|\{\w+\})/).map((part) => {
      if (part === '*') return '.*';
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) return literal(part);
      const known = this.#names.get(name);
      return known === undefined ? `(?<${name}>.*)` : literal(known);
    });
    return new RegExp(`^${parts.join('')}$`, 's');
  }

  #keep(groups: Record<string, string>): void {
    for (const [name, value] of Object.entries(groups)) this.#names.set(name, value);
  }
}

/** What a server that has these capabilities answers (IRCv3 capability negotiation). */
function negotiate(server: string, caps: readonly string[], [verb = '', wanted = '']: readonly string[]): string[] {
  if (verb === 'LS') {
    const lines: string[] = [''];
    for (const cap of caps) {
      if (`${lines.at(-1)} ${cap}`.length > CAPS_BYTES) lines.push('');
      lines.push(`${lines.pop()} ${cap}`.trim());
    }
    return lines.map((line, at) => `:${server} CAP * LS ${at < lines.length - 1 ? '* ' : ''}:${line}`);
  }
  if (verb !== 'REQ') return [];
  const known = new Set(caps.map((cap) => cap.split('=')[0]));
  const all = wanted
    .trim()
    .split(' ')
    .every((cap) => known.has(cap.replace(/^-/, '')));
  return [`:${server} CAP * ${all ? 'ACK' : 'NAK'} :${wanted}`];
}
