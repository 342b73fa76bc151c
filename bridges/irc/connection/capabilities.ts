/** What a server can do beyond RFC 1459, agreed on with it (IRCv3 capability negotiation, version 302). */

import type { Line } from '../line.ts';
import { groupsOf } from '../messages/split.ts';

/** Asked for where they are offered; each is used by the feature it is named after, which does without where it is not. */
const WANTED: ReadonlySet<string> = new Set([
  'account-notify',
  'account-registration',
  'account-tag',
  'away-notify',
  'batch',
  'cap-notify',
  'chathistory',
  'chghost',
  'echo-message',
  'extended-join',
  'extended-monitor',
  'invite-notify',
  'labeled-response',
  'message-redaction',
  'message-tags',
  'multi-prefix',
  'multiline',
  'pre-away',
  'read-marker',
  'server-time',
  'setname',
  'standard-replies',
  'userhost-in-names',
  'znc.in/self-message',
]);
const REQUEST_BYTES = 400;
/** Capabilities remembered of one server; it may say anything. */
const OFFERED = 256;

export class Capabilities {
  readonly #wanted: ReadonlySet<string>;
  readonly #offered = new Map<string, string>();
  readonly #enabled = new Set<string>();
  /** Asked for and not answered yet. */
  readonly #asked = new Set<string>();
  #listed = false;

  /** `sasl`: there is something to log in with. */
  constructor(sasl: boolean) {
    this.#wanted = sasl ? new Set([...WANTED, 'sasl']) : WANTED;
  }

  /** Whether it is in use; `name` stands for its draft as well. */
  has(name: string): boolean {
    return this.#enabled.has(name) || this.#enabled.has(`draft/${name}`);
  }

  /** `draft/` where the server still calls it so, for what goes by its name. */
  draft(name: string): string {
    return this.#enabled.has(name) ? '' : 'draft/';
  }

  /** What the server says of one that it offers, in use or not; undefined where it does not offer it. */
  value(name: string): string | undefined {
    return this.#offered.get(name) ?? this.#offered.get(`draft/${name}`);
  }

  /** The server has told all that it offers. */
  get listed(): boolean {
    return this.#listed;
  }

  /** Everything that was asked for is answered. */
  get settled(): boolean {
    return this.#listed && this.#asked.size === 0;
  }

  /** Takes a CAP line and gives the lines to send. */
  take({ params }: Line): string[] {
    const [, verb = '', ...rest] = params;
    const names = rest.at(-1)?.split(' ').filter(Boolean) ?? [];
    switch (verb.toUpperCase()) {
      case 'LS':
        for (const name of names) this.#offer(name);
        // An asterisk says that more lines follow.
        this.#listed ||= rest.length < 2 || rest[0] !== '*';
        return this.#listed ? this.#request() : [];
      case 'NEW':
        for (const name of names) this.#offer(name);
        return this.#request();
      case 'ACK':
        for (const name of names) this.#acknowledged(name);
        return [];
      case 'NAK':
        return this.#refused(names);
      case 'DEL':
        for (const name of names) this.#withdrawn(name);
        return [];
      default:
        return [];
    }
  }

  #offer(entry: string): void {
    const sign = entry.indexOf('=');
    const name = sign < 0 ? entry : entry.slice(0, sign);
    if (this.#offered.size < OFFERED) this.#offered.set(name, sign < 0 ? '' : entry.slice(sign + 1));
  }

  #isWanted(name: string): boolean {
    return this.#wanted.has(name.replace(/^draft\//, '')) && !this.#enabled.has(name) && !this.#asked.has(name);
  }

  #request(): string[] {
    const names = [...this.#offered.keys()].filter((name) => this.#isWanted(name));
    for (const name of names) this.#asked.add(name);
    return groupsOf(names, (name) => name, REQUEST_BYTES).map((group) => `CAP REQ :${group.join(' ')}`);
  }

  #acknowledged(name: string): void {
    if (name.startsWith('-')) return this.#withdrawn(name.slice(1));
    this.#asked.delete(name);
    if (this.#offered.has(name)) this.#enabled.add(name);
  }

  /** All or none of a request are given: each gets a chance of its own. */
  #refused(names: readonly string[]): string[] {
    const asked = names.filter((name) => this.#asked.has(name));
    if (asked.length > 1) return asked.map((name) => `CAP REQ :${name}`);
    for (const name of asked) this.#asked.delete(name);
    return [];
  }

  #withdrawn(name: string): void {
    this.#offered.delete(name);
    this.#enabled.delete(name);
    this.#asked.delete(name);
  }
}
