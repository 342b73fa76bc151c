/** Ad-hoc commands that are under way (XEP-0050 §4.3), bounded in number and time. */

import { randomUUID } from 'node:crypto';
import type { Dialogue } from '#src/commands/dialogue.ts';
import { Refusal } from '#src/network.ts';
import { recent } from '#src/recent.ts';

export interface CommandSession {
  readonly id: string;
  /** Full JID of the requester. */
  readonly requester: string;
  /** Bare JID of the responder. */
  readonly responder: string;
  readonly node: string;
  /** XEP-0050 §4.7: the first language holds for the session. */
  readonly lang: string | undefined;
  readonly dialogue: Dialogue;
  /** A step is being worked on. */
  busy: boolean;
}

/** How long an answer may take, in ms. */
const WAIT = 600_000;
const PER_USER = 5;
const MOST = 10_000;
/** Ids of sessions that ran out of time, which are told apart from ids that never were. */
const EXPIRED = 1_000;

export class CommandSessions {
  readonly #sessions = new Map<string, CommandSession>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Ids by bare JID, the oldest first. */
  readonly #byUser = new Map<string, string[]>();
  readonly #expired = recent<string, true>(EXPIRED);

  /** Begins a session; the user's oldest makes room, for clients leave some behind. */
  begin(session: Omit<CommandSession, 'id' | 'busy'>): CommandSession {
    const ids = this.#byUser.get(bareOf(session.requester)) ?? [];
    const [oldest] = ids;
    if (ids.length >= PER_USER && oldest !== undefined) this.#drop(oldest);
    if (this.#sessions.size >= MOST) {
      throw new Refusal('too-fast', 'Too many commands are under way. Try again in a few minutes.');
    }
    const begun: CommandSession = { ...session, id: randomUUID(), busy: false };
    this.#sessions.set(begun.id, begun);
    this.#byUser.set(bareOf(session.requester), [...(this.#byUser.get(bareOf(session.requester)) ?? []), begun.id]);
    this.touch(begun);
    return begun;
  }

  /** The session with that id, if it is this requester's; `expired` when it was and took too long. */
  find(id: string, requester: string, responder: string): CommandSession | 'expired' | undefined {
    const session = this.#sessions.get(id);
    if (session?.requester === requester && session.responder === responder) return session;
    return this.#expired.has(id) ? 'expired' : undefined;
  }

  /** It was used: its time starts anew. */
  touch({ id }: CommandSession): void {
    clearTimeout(this.#timers.get(id));
    const timer = setTimeout(() => {
      this.#expired.set(id, true);
      this.#drop(id);
    }, WAIT);
    timer.unref();
    this.#timers.set(id, timer);
  }

  end({ id }: CommandSession): void {
    this.#drop(id);
  }

  #drop(id: string): void {
    const session = this.#sessions.get(id);
    if (!session) return;
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#sessions.delete(id);
    void session.dialogue.cancel();
    const user = bareOf(session.requester);
    const left = (this.#byUser.get(user) ?? []).filter((other) => other !== id);
    if (left.length > 0) this.#byUser.set(user, left);
    else this.#byUser.delete(user);
  }
}

function bareOf(jid: string): string {
  return jid.split('/', 1)[0] ?? jid;
}
