/** Invitations to use a network: an admin makes one, whoever takes it may use the network until it is revoked. */

import { randomBytes } from 'node:crypto';
import { Refusal } from '#src/network.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Invite } from '#src/registry/invites.ts';

export type { Invite };

/** Invitations of one host, taken ones included: each user who was invited is kept in memory. */
const MOST = 100_000;
/** Longest an invitation may wait to be taken, in days. */
const DAYS = 365;
const DAY = 86_400_000;

export class Invites {
  readonly #host: string;
  readonly #stored: Registry['invites'];
  /** Open and taken invitations by token. */
  readonly #invites = new Map<string, Invite>();
  /** How many invitations each user has taken. */
  readonly #invited = new Map<string, number>();
  #follower: ((user: string) => void) | undefined;

  constructor(host: string, { invites }: Pick<Registry, 'invites'>) {
    this.#host = host;
    this.#stored = invites;
  }

  /** Reads what is stored; before it nobody counts as invited. */
  async load(): Promise<void> {
    for await (const invite of this.#stored.list(this.#host)) this.#keep(invite);
  }

  /** Has told who lost the last of their invitations. */
  follow(follower: (user: string) => void): void {
    this.#follower = follower;
  }

  /** Whether that user (a bare JID) has taken an invitation. */
  has(user: string): boolean {
    return this.#invited.has(user);
  }

  /** Makes an invitation that can be taken once within so many days. */
  async create(creator: string, days: number): Promise<Invite> {
    if (!Number.isInteger(days) || days < 1 || days > DAYS) {
      throw new Refusal('invalid', `An invitation is good for 1 to ${DAYS} days. Give a number of days.`);
    }
    await this.#prune();
    if (this.#invites.size >= MOST) {
      throw new Refusal('too-fast', `There are ${MOST} invitations already. Revoke some first.`);
    }
    const token = randomBytes(15).toString('base64url');
    const invite = { host: this.#host, token, creator, expires: new Date(Date.now() + days * DAY) };
    await this.#stored.add(invite);
    this.#keep(invite);
    return invite;
  }

  /** Takes an invitation for a user, for good. */
  async redeem(user: string, token: string): Promise<void> {
    if (!(await this.#stored.take(this.#host, token, user, new Date()))) {
      throw new Refusal(
        'forbidden',
        'This invitation is not good, or not any more. Ask the administrator for a new one.',
      );
    }
    const invite = this.#invites.get(token);
    if (!invite || invite.user === user) return;
    this.#keep({ ...invite, user });
  }

  /** Takes an invitation back; gives the user who had taken it, who may not use the network any more. */
  async revoke(token: string): Promise<string | undefined> {
    const known = this.#invites.get(token);
    if (!known) throw new Refusal('not-found', 'There is no such invitation. Look it up in the list of invitations.');
    await this.#stored.remove(this.#host, token);
    // Somebody may have taken it in the last moment, or another admin revoked it.
    const invite = this.#invites.get(token);
    if (!invite) return undefined;
    this.#drop(invite);
    if (invite.user === undefined || this.has(invite.user)) return undefined;
    this.#follower?.(invite.user);
    return invite.user;
  }

  /** All invitations, the taken ones with their user. */
  list(): readonly Invite[] {
    const now = Date.now();
    return [...this.#invites.values()].filter(({ user, expires }) => user !== undefined || expires.getTime() > now);
  }

  async #prune(): Promise<void> {
    const now = new Date();
    await this.#stored.removeExpired(this.#host, now);
    for (const invite of this.#invites.values()) {
      if (invite.user === undefined && invite.expires <= now) this.#drop(invite);
    }
  }

  #keep(invite: Invite): void {
    this.#invites.set(invite.token, invite);
    if (invite.user !== undefined) this.#invited.set(invite.user, (this.#invited.get(invite.user) ?? 0) + 1);
  }

  #drop({ token, user }: Invite): void {
    this.#invites.delete(token);
    if (user === undefined) return;
    const left = (this.#invited.get(user) ?? 1) - 1;
    if (left > 0) this.#invited.set(user, left);
    else this.#invited.delete(user);
  }
}
