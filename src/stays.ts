/** Rooms in which accounts stay though no client is there: who wants that, and what is remembered of it. */

import type { LiveAccount } from '#src/account.ts';
import { localOf, parseJid } from '#src/address.ts';
import type { Log } from '#src/log.ts';
import { type AccountId, Refusal, type RoomId } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { PreferenceBook } from '#src/preferences.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Occupant } from '#src/registry/occupants.ts';
import type { Door, Room } from '#src/rooms.ts';
import { readFlag } from '#src/xmpp/forms.ts';

export interface StaysOptions {
  readonly places: Places;
  readonly preferences: PreferenceBook;
  readonly registry: Pick<Registry, 'occupants' | 'preferences'>;
  /** Whether the administrator lets that user stay. */
  readonly allows: (user: string) => boolean;
  readonly log: Log;
}

export class Stays {
  readonly #options: StaysOptions;
  readonly #log: Log;

  constructor(options: StaysOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'stays' });
  }

  /** Whether that user, whose preferences are loaded, wants to stay in the room. */
  wants(user: string, room: RoomId): boolean {
    const { preferences, allows } = this.#options;
    return preferences.of(user, this.#localOf(room)).persistent && allows(user);
  }

  /** Remembers a room over restarts, with what is needed to enter it again. */
  put({ user, id: account }: LiveAccount, room: Room, { nick, password }: Door): void {
    const row = { user, host: this.#options.places.host, room: room.id, resource: '', account, nick };
    this.#options.registry.occupants
      .put({ ...row, ...(password !== undefined && { password }) })
      .catch((error: unknown) => this.#log.error({ err: error }, 'A stay could not be stored'));
  }

  remove(user: string, room: RoomId): void {
    this.#options.registry.occupants
      .remove(user, this.#options.places.host, room, '')
      .catch((error: unknown) => this.#log.error({ err: error }, 'A stay could not be forgotten'));
  }

  /** The user leaves the room for good: what they have set for it alone does not bring them back. */
  async end(user: string, room: RoomId): Promise<void> {
    const { preferences } = this.#options;
    const local = this.#localOf(room);
    if (preferences.own(user, local).persistent) await preferences.unset(user, 'persistent', local);
  }

  /** The rooms of one account, or of all that the user has. */
  async of(user: string, account?: AccountId): Promise<readonly Occupant[]> {
    const { places, registry } = this.#options;
    const rows = await Array.fromAsync(registry.occupants.stays(user, places.host, this.unreadable));
    return account === undefined ? rows : rows.filter((row) => row.account === '' || row.account === account);
  }

  /** Forgets the rooms of an account whose user has signed out of it. */
  async forget(user: string, account: AccountId): Promise<void> {
    const { places, registry } = this.#options;
    for (const { room } of await this.of(user, account)) {
      await registry.occupants.remove(user, places.host, room, '');
      await this.end(user, room);
    }
    for (const { local, name } of await registry.preferences.list(user, places.host)) {
      const target = name === 'persistent' && local !== '' ? places.read({ local }) : undefined;
      if (target?.type === 'room' && target.account === account) await this.end(user, target.room);
    }
  }

  /** Rooms that users have set to stay in, or that were brought over from elsewhere, and in which nobody has been yet. */
  async adopt(signal: AbortSignal): Promise<void> {
    const { places, registry } = this.#options;
    const { host } = places;
    for await (const { user, local, value } of registry.preferences.listConversations(host, 'persistent')) {
      if (signal.aborted) return;
      const target = readFlag(value) ? places.read({ local }) : undefined;
      if (target?.type !== 'room' || (await registry.occupants.isStay(user, host, target.room))) continue;
      // Where one login serves the whole host it has no name yet.
      const account = target.account ?? ('' as AccountId);
      const nick = parseJid(user)?.local ?? '';
      await registry.occupants.put({ user, host, room: target.room, resource: '', account, nick });
    }
  }

  readonly unreadable = (refusal: Refusal): void => this.#log.warn({ why: refusal.message }, 'A row is lost');

  #localOf(room: RoomId): string {
    return localOf(this.#options.places.of(room) ?? '');
  }
}

/** What a user is told whom the administrator does not let stay. */
export function mayNotStay(): Refusal {
  return new Refusal(
    'forbidden',
    'You may not stay in rooms without a client here. Ask the administrator, or keep a client in the room.',
  );
}
