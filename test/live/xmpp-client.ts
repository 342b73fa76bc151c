/** The judge: slixmpp in a process of its own (xmpp_client.py), driven from a test. */

import { fileURLToPath } from 'node:url';
import { Child, started } from './child.ts';
import { type Element, fits, type Pattern } from './element.ts';
import { Folder } from './folder.ts';
import { Inbox } from './inbox.ts';
import { PYTHON } from './installed.ts';

const WAIT_MS = 10_000;
const MUC = 'http://jabber.org/protocol/muc';

export interface Login {
  /** Bare. */
  readonly jid: string;
  readonly password: string;
  readonly port: number;
  readonly resource?: string;
  /** Whether to become available at once; true unless given. */
  readonly presence?: boolean;
  /** Plugins of slixmpp, such as `xep_0115`, to have from the start; `call` takes others when it needs them. */
  readonly plugins?: readonly string[];
}
interface Received {
  readonly stanza: Element;
  readonly xml: string;
}
interface Answer {
  readonly answer: string;
  readonly value?: unknown;
  readonly error?: string;
}
type Report = Received | Answer | { readonly online: string } | { readonly closed: string };

export class XmppClient implements AsyncDisposable {
  /** Full. */
  readonly jid: string;
  readonly #child: Child;
  readonly #inbox: Inbox<Received>;
  readonly #answers: Inbox<Answer>;

  private constructor(jid: string, child: Child, inbox: Inbox<Received>, answers: Inbox<Answer>) {
    this.jid = jid;
    this.#child = child;
    this.#inbox = inbox;
    this.#answers = answers;
  }

  /** Resolves when the session is open; rejects with the library's reason when it can't be. */
  static async login({ jid, password, port, resource, presence = true, plugins = [] }: Login): Promise<XmppClient> {
    const full = resource === undefined ? jid : `${jid}/${resource}`;
    const inbox = new Inbox<Received>(full, ({ xml }) => xml);
    const answers = new Inbox<Answer>(full, (answer) => JSON.stringify(answer));
    const opened = Promise.withResolvers<string>();
    const child = new Child({
      name: `slixmpp ${full}`,
      command: [PYTHON, fileURLToPath(new URL('xmpp_client.py', import.meta.url))],
      folder: await Folder.make('client'),
      ready: async () => {
        child.write(JSON.stringify({ do: 'login', jid: full, password, port, presence, plugins }));
        await opened.promise;
      },
      line: (line) => {
        const report = JSON.parse(line) as Report;
        if ('stanza' in report) return inbox.put(report);
        if ('answer' in report) return answers.put(report);
        if ('online' in report) return opened.resolve(report.online);
        opened.reject(new Error(report.closed));
        inbox.end(report.closed);
        answers.end(report.closed);
      },
    });
    await started(child);
    return new XmppClient(await opened.promise, child, inbox, answers);
  }

  get name(): string {
    return this.#child.name;
  }

  /** What it received, for a person. */
  get log(): string {
    return [...this.#inbox.all.map(({ xml }) => xml), this.#child.log].join('\n');
  }

  /** Sends raw XML. */
  send(xml: string): void {
    this.#child.write(JSON.stringify({ do: 'send', xml }));
  }

  /** Takes the first unread stanza that fits. */
  async receive(what: Pattern | ((stanza: Element) => boolean), ms = WAIT_MS): Promise<Element> {
    const wants = typeof what === 'function' ? what : (stanza: Element) => fits(stanza, what);
    const shown = typeof what === 'function' ? String(what) : describe(what);
    return (await this.#inbox.take(({ stanza }) => wants(stanza), ms, shown)).stanza;
  }

  /** All stanzas since login, read or not. */
  seen(): readonly Element[] {
    return this.#inbox.all.map(({ stanza }) => stanza);
  }

  /** Forgets what is unread. */
  clear(): void {
    this.#inbox.clear();
  }

  /** Enters a room; resolves with the own presence (XEP-0045 §7.2.2), rejects with the room's error. */
  async joinRoom(room: string, nick: string, inside = '<history maxstanzas="0"/>', ms = WAIT_MS): Promise<Element> {
    this.send(`<presence to="${escapeXml(`${room}/${nick}`)}"><x xmlns="${MUC}">${inside}</x></presence>`);
    const presence = await this.receive((stanza) => {
      const from = stanza.attrs['from'] ?? '';
      if (stanza.name !== 'presence' || (from !== room && !from.startsWith(`${room}/`))) return false;
      return stanza.attrs['type'] === 'error' || fits(stanza, { type: '', statuses: [110] });
    }, ms);
    if (presence.attrs['type'] === 'error') throw new Error(`${room} refused ${nick}: ${JSON.stringify(presence)}`);
    return presence;
  }

  async leaveRoom(room: string, nick: string): Promise<Element> {
    this.send(`<presence type="unavailable" to="${escapeXml(`${room}/${nick}`)}"/>`);
    return this.receive({ name: 'presence', type: 'unavailable', statuses: [110] });
  }

  say(to: string, text: string, type: 'chat' | 'groupchat' = 'chat', id: string = crypto.randomUUID()): string {
    this.send(`<message to="${escapeXml(to)}" type="${type}" id="${id}"><body>${escapeXml(text)}</body></message>`);
    return id;
  }

  /** Sends a query and resolves with its answer, a result or an error. */
  async ask(to: string, type: 'get' | 'set', payload: string, ms = WAIT_MS): Promise<Element> {
    const id = crypto.randomUUID();
    this.send(`<iq to="${escapeXml(to)}" type="${type}" id="${id}">${payload}</iq>`);
    return this.receive({ name: 'iq', id }, ms);
  }

  /**
   * Has slixmpp's own plugin do something, which knows its XEP better than a test's pattern: resolves with what the
   * method gives (see xmpp_client.py), rejects with the stanza error's condition and text.
   */
  async call(plugin: string, method: string, args: object = {}, ms = WAIT_MS): Promise<unknown> {
    const id = crypto.randomUUID();
    this.#child.write(JSON.stringify({ do: 'call', id, plugin, method, args }));
    const { value, error } = await this.#answers.take(({ answer }) => answer === id, ms, `${plugin}.${method}`);
    if (error !== undefined) throw new Error(`${plugin}.${method}: ${error}`);
    return value;
  }

  /** Resolves when `to` has answered a ping (XEP-0199): what it sent before is in `seen()`. */
  async settle(to: string): Promise<void> {
    await this.ask(to, 'get', '<ping xmlns="urn:xmpp:ping"/>');
  }

  /** Dies without closing its stream. */
  async kill9(): Promise<void> {
    await this.#child.kill9();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function describe(pattern: Pattern): string {
  return JSON.stringify(pattern, (_, value) => (value instanceof RegExp ? String(value) : value));
}
