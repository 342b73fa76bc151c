/** A network with one room that all its users share: what one does there, the sessions of the others tell. */

import {
  type Account,
  type ContactId,
  type Host,
  type Member,
  type Rank,
  Refusal,
  type RemoteEvent,
  type RoomId,
  type UserAction,
} from '#src/network.ts';
import { FakeNetwork, FakeSession } from './network.ts';

export const SQUARE = '#square';
const ROOM = SQUARE as RoomId;

interface Present {
  nick: string;
  rank: Rank;
  /** The session of one of ours; natives have none. */
  readonly session?: TownSession;
}

export class Town extends FakeNetwork {
  readonly present = new Map<string, Present>();
  topic = '';

  override open(account: Account, host: Host): TownSession {
    const session = new TownSession(this, account, host);
    this.sessions.push(session);
    return session;
  }

  of(session: FakeSession): Present | undefined {
    return [...this.present.values()].find((one) => one.session === session);
  }

  /** A nick like that one, which nobody has. */
  free(nick: string): string {
    return this.present.has(nick) ? this.free(`${nick}_`) : nick;
  }

  enter(nick: string, rank: Rank = 'speaker', session?: TownSession): void {
    if (this.present.has(nick)) return;
    const one: Present = { nick, rank, ...(session && { session }) };
    this.present.set(nick, one);
    if (session) void session.emit(this.truth(session));
    this.#tell((to) => ({ type: 'member', room: ROOM, change: 'in', member: this.member(one, to) }), session);
  }

  rename(one: Present | undefined, nick: string): boolean {
    if (!one || this.present.has(nick)) return false;
    const was = one.nick;
    this.#rename(one, nick);
    this.#tell((to) => ({ type: 'member', room: ROOM, change: 'in', member: this.member(one, to), was }));
    return true;
  }

  #rename(one: Present, nick: string): void {
    this.present.delete(one.nick);
    one.nick = nick;
    this.present.set(nick, one);
  }

  promote(one: Present | undefined, rank: Rank): void {
    if (!one) return;
    one.rank = rank;
    this.#tell((to) => ({ type: 'member', room: ROOM, change: 'in', member: this.member(one, to) }));
  }

  remove(one: Present | undefined, change: 'out' | 'kick' | 'ban', silent?: TownSession): void {
    if (!one) return;
    this.#tell(() => ({ type: 'member', room: ROOM, change, nick: one.nick, reason: 'so' }), silent);
    this.present.delete(one.nick);
  }

  discuss(topic: string): void {
    this.topic = topic;
    this.#tell(() => ({ type: 'topic', room: ROOM, topic: { text: topic } }));
  }

  /** Much changes while nobody can tell; then everybody is told the whole. */
  split(natives: readonly string[], rank: Rank, topic: string): void {
    for (const [nick, { session }] of [...this.present]) if (!session) this.present.delete(nick);
    for (const nick of natives) {
      const [ours] = [...this.present.values()].filter(({ session }) => session);
      // Every name that is taken costs one of ours theirs.
      if (this.present.has(nick) && ours) this.#rename(ours, this.free(ours.nick));
      if (!this.present.has(nick)) this.present.set(nick, { nick, rank });
    }
    this.topic = topic;
    this.#tell((to) => this.truth(to));
  }

  truth(to: FakeSession): RemoteEvent {
    const members = [...this.present.values()].map((one) => this.member(one, to));
    return { type: 'room', room: ROOM, topic: { text: this.topic }, members };
  }

  member({ nick, rank, session }: Present, to: FakeSession): Member {
    return { nick, rank, contact: nick.toLowerCase() as ContactId, ...(session === to && { self: true }) };
  }

  #tell(event: (to: FakeSession) => RemoteEvent, except?: FakeSession): void {
    for (const { session } of [...this.present.values()])
      if (session && session !== except) void session.emit(event(session));
  }
}

export class TownSession extends FakeSession {
  readonly #town: Town;

  constructor(town: Town, account: Account, host: Host) {
    super(town, account, host);
    this.#town = town;
  }

  override async send(action: UserAction): Promise<object> {
    this.actions.push(action);
    const town = this.#town;
    const self = town.of(this);
    if (action.type === 'leave') town.remove(self, 'out', this);
    if (action.type === 'nick' && !town.rename(self, action.nick)) throw new Refusal('nick-taken', 'It is taken.');
    if (action.type === 'join') {
      if (!self) town.enter(town.free(action.nick), 'speaker', this);
    }
    return {};
  }
}
