/** A client of one of our users: writes stanzas as they are, and reads by a parser of its own what comes back. */

import assert from 'node:assert/strict';
import { matches, parseTree, type Tree } from '#test/xml-tree.ts';
import { Inbox } from '../inbox.ts';

export const MUC = 'http://jabber.org/protocol/muc';
export const MUC_USER = `${MUC}#user`;
const STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas';
const WAIT_MS = 5_000;
/** How long any question may take. */
const ANSWER_MS = 2_000;

type Wanted = string | ((stanza: Tree) => boolean);
interface Entrance {
  /** All that the room sent up to the subject, in order. */
  readonly shown: readonly Tree[];
  readonly self: Tree;
  readonly others: readonly Tree[];
  readonly past: readonly Tree[];
  readonly subject: Tree;
}

export class Person {
  readonly jid: string;
  readonly bare: string;
  /** Whether a request to this client is answered by the test itself. */
  answers: (iq: Tree) => boolean = () => false;
  readonly #write: (xml: string) => void;
  readonly #inbox: Inbox<Tree>;
  #count = 0;

  constructor(jid: string, write: (xml: string) => void) {
    this.jid = jid;
    this.bare = jid.replace(/\/.*$/, '');
    this.#write = write;
    this.#inbox = new Inbox(jid, (stanza) => JSON.stringify(stanza));
  }

  receive(stanza: Tree): void {
    this.#inbox.put(stanza);
  }

  /** Everything received so far. */
  get seen(): readonly Tree[] {
    return this.#inbox.all;
  }

  send(xml: string): void {
    this.#write(xml.replace(/^<(\w+)/, `<$1 from='${this.jid}'`));
  }

  /** Says something, and gives the stanza's id. */
  say(to: string, body: string, type: 'groupchat' | 'chat' = 'groupchat', more = ''): string {
    const id = this.#id('said');
    this.send(`<message to='${to}' type='${type}' id='${id}'><body>${escapeText(body)}</body>${more}</message>`);
    return id;
  }

  /** The first unread stanza that is as described (see xml-tree.ts), or that the function says yes to. */
  async take(wanted: Wanted, ms = WAIT_MS): Promise<Tree> {
    return this.#inbox.take(typeof wanted === 'string' ? fitting(wanted) : wanted, ms, String(wanted));
  }

  /** The message with that text; of a room when `from` is an occupant. */
  async hears(from: string, body: string, type: 'groupchat' | 'chat' = 'groupchat'): Promise<Tree> {
    return this.take((stanza) => {
      const { attributes } = stanza;
      const said = textOf(stanza, 'body') === body && attributes['type'] === type;
      return stanza.name === 'message' && said && attributes['from'] === from;
    });
  }

  /** Enters a room; rejects unless the gateway shows it in the order of XEP-0045 §7.2. What was unread is forgotten. */
  async joins(room: string, nick: string, inside = ''): Promise<Entrance> {
    const from = this.#inbox.all.length;
    const id = this.enters(room, nick, inside);
    const isError = (one: Tree) => one.name === 'presence' && one.attributes['id'] === id && isOf(one, 'error');
    const end = await this.take((one) => isError(one) || (bareOf(one) === room && isSubject(one)));
    assert.ok(!isError(end), `${this.jid} is refused in ${room}: ${JSON.stringify(end)}`);
    const shown = this.#inbox.all.slice(from).filter((stanza) => bareOf(stanza) === room);
    this.#inbox.clear();
    return entrance(shown);
  }

  /** Asks to be let into a room; gives the id of the presence. */
  enters(room: string, nick: string, inside = ''): string {
    const id = this.#id('join');
    this.send(`<presence to='${room}/${nick}' id='${id}'><x xmlns='${MUC}'>${inside}</x></presence>`);
    return id;
  }

  /** Why the gateway doesn't let it into a room: the condition of the presence error. */
  async isRefused(room: string, nick: string, inside = ''): Promise<string> {
    const id = this.enters(room, nick, inside);
    const error = await this.take((stanza) => stanza.name === 'presence' && stanza.attributes['id'] === id);
    assert.equal(error.attributes['type'], 'error', JSON.stringify(error));
    assert.ok(childOf(error, 'x', MUC), 'the error is not marked as that of a room');
    return conditionOf(error);
  }

  /** Leaves, and waits until it is out. */
  async leaves(room: string, nick: string): Promise<Tree> {
    this.send(`<presence to='${room}/${nick}' type='unavailable'/>`);
    return this.take(`<presence type='unavailable' from='${room}/${nick}'>${statuses(110)}</presence>`);
  }

  /** Asks by iq; the answer, result or error, has to come soon. */
  async ask(to: string, type: 'get' | 'set', payload: string): Promise<Tree> {
    const id = this.#id('ask');
    this.send(`<iq to='${to}' type='${type}' id='${id}'>${payload}</iq>`);
    const isIt = ({ name, attributes }: Tree) => name === 'iq' && attributes['id'] === id && attributes['from'] === to;
    return this.take(isIt, ANSWER_MS);
  }

  /** The payload of the result. */
  async asks(to: string, type: 'get' | 'set', payload: string): Promise<Tree | undefined> {
    const answer = await this.ask(to, type, payload);
    assert.equal(answer.attributes['type'], 'result', JSON.stringify(answer));
    return answer.children[0];
  }

  /** Resolves when all that was sent before has been taken. */
  async settle(host: string): Promise<void> {
    await this.asks(host, 'get', "<ping xmlns='urn:xmpp:ping'/>");
  }

  #id(what: string): string {
    this.#count += 1;
    return `${what}-${this.#count}`;
  }
}

function entrance(shown: readonly Tree[]): Entrance {
  const at = shown.findIndex((stanza) => stanza.name === 'presence' && codesOf(stanza).includes(110));
  const [self, subject] = [shown[at], shown.find(isSubject)];
  assert.ok(self && subject && at >= 0, 'no presence of its own before the subject');
  const [others, past] = [shown.slice(0, at), shown.slice(at + 1, shown.indexOf(subject))];
  for (const other of others) assert.equal(other.name, 'presence', 'something is before the occupants');
  return { shown, self, subject, others, past: past.filter(({ name }) => name === 'message') };
}

/** As xml-tree.ts has it; a presence without a type is one that is there. */
function fitting(xml: string): (stanza: Tree) => boolean {
  const wanted = parseTree(xml);
  const typed = wanted.name === 'presence';
  return (stanza) => matches(stanza, wanted) && (!typed || stanza.attributes['type'] === wanted.attributes['type']);
}

function isOf({ attributes }: Tree, type: string): boolean {
  return attributes['type'] === type;
}

function isSubject(stanza: Tree): boolean {
  return stanza.name === 'message' && childOf(stanza, 'subject') !== undefined && !childOf(stanza, 'body');
}

function bareOf({ attributes }: Tree): string {
  return (attributes['from'] ?? '').replace(/\/.*$/s, '');
}

/** The first child of that name, and of that namespace when given. */
export function childOf(tree: Tree | undefined, name: string, ns?: string): Tree | undefined {
  return tree?.children.find((child) => child.name === name && (ns === undefined || child.ns === ns));
}

export function textOf(tree: Tree | undefined, name: string): string | undefined {
  return childOf(tree, name)?.text;
}

/** MUC status codes of a presence or message (XEP-0045 §15.6), in ascending order. */
export function codesOf(stanza: Tree): number[] {
  const codes = childOf(stanza, 'x', MUC_USER)?.children.filter(({ name }) => name === 'status') ?? [];
  return codes.map(({ attributes }) => Number(attributes['code'])).toSorted((a, b) => a - b);
}

/** The item of an occupant's presence. */
export function itemOf(stanza: Tree): Tree | undefined {
  return childOf(childOf(stanza, 'x', MUC_USER), 'item');
}

/** The condition of a stanza error; but for what is not served at all it has a text for people beside it. */
export function conditionOf(stanza: Tree): string {
  const parts = childOf(stanza, 'error')?.children ?? [];
  const condition = parts.find(({ name, ns }) => ns === STANZAS && name !== 'text')?.name ?? '';
  const told = parts.some(({ name, text }) => name === 'text' && text !== '');
  assert.ok(told || condition === 'service-unavailable', `no sentence in ${JSON.stringify(stanza)}`);
  return condition;
}

/** `<x/>` with those status codes. */
export function statuses(...codes: readonly number[]): string {
  return `<x xmlns='${MUC_USER}'>${codes.map((code) => `<status code='${code}'/>`).join('')}</x>`;
}

/** `<x/>` with the item of an occupant, its attributes as given. */
export function item(attributes: string, inside = ''): string {
  return `<x xmlns='${MUC_USER}'><item ${attributes}>${inside}</item></x>`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
