/** What each user prefers, for a whole host or for one conversation of it; what nobody has set is the default. */

import { Refusal } from '#src/network.ts';
import { recent } from '#src/recent.ts';
import type { Registry } from '#src/registry/database.ts';
import { readFlag } from '#src/xmpp/forms.ts';

export interface Preferences {
  /** Whether the gateway keeps what is said, so that clients can read it later. */
  readonly history: boolean;
  /** Days after which that is erased; 0: as long as the administrator has it. */
  readonly retentionDays: number;
  /** Who of a large room is shown: all, those who speak, nobody; `auto` decides by its size. */
  readonly crowd: 'auto' | 'full' | 'active' | 'none';
  /** Whether others are told that the user is typing. */
  readonly typing: boolean;
  /** Whether others are told what the user has read. */
  readonly read: boolean;
  /** Whether the account stays in a room when the user's last client has left it. */
  readonly persistent: boolean;
  /** Messages told to a client that joins a room; -1: as many as the administrator has it. */
  readonly onJoin: number;
  /** What goes out for an edit where the network has none: all of the new text, or what has changed. */
  readonly edits: 'whole' | 'changed';
  /** Whether the user is told of mentions in rooms in which no client of theirs is. */
  readonly mentions: boolean;
  /** Of the gateway's own texts (RFC 5646); empty: as the client says. */
  readonly language: string;
}
export type PreferenceName = keyof Preferences;

export const DEFAULTS: Preferences = {
  history: true,
  retentionDays: 0,
  crowd: 'auto',
  typing: true,
  read: true,
  persistent: false,
  onJoin: -1,
  edits: 'whole',
  mentions: true,
  language: '',
};

/** What can be set for a single conversation. */
export const PER_CONVERSATION: readonly PreferenceName[] = [
  'history',
  'crowd',
  'typing',
  'read',
  'persistent',
  'onJoin',
  'mentions',
];
/** Longest time for `retentionDays`: ten years. */
export const MOST_DAYS = 3_650;
/** Most for `onJoin`. */
export const MOST_ON_JOIN = 500;
/** Conversations for which one user may have settings of their own. */
const CONVERSATIONS = 500;
/** Users who have gone, of whom something may still be under way. */
const GONE = 10_000;

const CROWDS = ['auto', 'full', 'active', 'none'] as const satisfies readonly Preferences['crowd'][];

const EDITS = ['whole', 'changed'] as const satisfies readonly Preferences['edits'][];

/** From text as it is stored to the value; undefined for what is none. */
const READERS: { readonly [Name in PreferenceName]: (text: string) => Preferences[Name] | undefined } = {
  history: readFlag,
  retentionDays: (text) => (/^\d{1,4}$/.test(text) && Number(text) <= MOST_DAYS ? Number(text) : undefined),
  crowd: (text) => CROWDS.find((crowd) => crowd === text),
  typing: readFlag,
  read: readFlag,
  persistent: readFlag,
  onJoin: (text) => (/^(-1|\d{1,3})$/.test(text) && Number(text) <= MOST_ON_JOIN ? Number(text) : undefined),
  edits: (text) => EDITS.find((form) => form === text),
  mentions: readFlag,
  language: (text) => (/^[a-zA-Z]{0,8}(-[a-zA-Z0-9]{1,8}){0,4}$/.test(text) ? text : undefined),
};

/** Whether a text names a preference. */
export function isPreference(name: string): name is PreferenceName {
  return Object.hasOwn(DEFAULTS, name);
}

/** By local part; the empty one holds for all conversations that have none of their own. */
type Settings = ReadonlyMap<string, Partial<Preferences>>;

/** What an administrator decides about preferences. */
export interface PreferenceRules {
  readonly defaults?: Partial<Preferences>;
  /** Refuses what that user may not set. */
  readonly check?: (user: string, name: PreferenceName, value: string) => void;
}

export class PreferenceBook {
  readonly #host: string;
  readonly #registry: Pick<Registry, 'preferences'>;
  /** Of the users that were loaded and have set anything. */
  readonly #settings = new Map<string, Settings>();
  readonly #gone = recent<string, Settings>(GONE);
  readonly #defaults: Preferences;
  readonly #check: PreferenceRules['check'];
  #follower: ((user: string) => void) | undefined;

  constructor(host: string, registry: Pick<Registry, 'preferences'>, { defaults, check }: PreferenceRules = {}) {
    this.#host = host;
    this.#registry = registry;
    this.#defaults = { ...DEFAULTS, ...defaults };
    this.#check = check;
  }

  /** Has told whose preferences have changed. */
  follow(follower: (user: string) => void): void {
    this.#follower = follower;
  }

  /** Reads what the user has set, so that `of` knows it. */
  async load(user: string): Promise<void> {
    const settings = new Map<string, Partial<Preferences>>();
    for (const { local, name, value } of await this.#registry.preferences.list(user, this.#host)) {
      const read = isPreference(name) ? READERS[name](value) : undefined;
      if (read !== undefined) settings.set(local, { ...settings.get(local), [name]: read });
    }
    this.#gone.delete(user);
    if (settings.size > 0) this.#settings.set(user, settings);
    else this.#settings.delete(user);
  }

  /** What holds for the user, in the conversation with that local part or on the whole host. */
  of(user: string, local = ''): Preferences {
    const settings = this.#settings.get(user) ?? this.#gone.get(user);
    if (!settings) return this.#defaults;
    return { ...this.#defaults, ...settings.get(''), ...(local !== '' && settings.get(local)) };
  }

  /** What was set for that very conversation, or with an empty `local` for the whole host. */
  own(user: string, local: string): Partial<Preferences> {
    return (this.#settings.get(user) ?? this.#gone.get(user))?.get(local) ?? {};
  }

  /** Stores a preference; `value` is its text. Refuses what it can't be. */
  async set(user: string, name: PreferenceName, value: string, local = ''): Promise<void> {
    if (READERS[name](value) === undefined) {
      throw new Refusal('invalid', `“${value}” is no value for “${name}”. Choose one that is offered.`);
    }
    this.#check?.(user, name, value);
    await this.load(user);
    const known = this.#settings.get(user);
    if (local !== '' && !known?.has(local) && (known?.size ?? 0) > CONVERSATIONS) {
      throw new Refusal('too-fast', `No more than ${CONVERSATIONS} conversations can have settings of their own.`);
    }
    await this.#registry.preferences.put({ user, host: this.#host, local, name, value });
    await this.load(user);
    this.#follower?.(user);
  }

  /** Takes back what was set for one conversation: what holds for all holds for it too. */
  async unset(user: string, name: PreferenceName, local: string): Promise<void> {
    await this.#registry.preferences.remove({ user, host: this.#host, local, name });
    await this.load(user);
    this.#follower?.(user);
  }

  /** The user has left the gateway for good. */
  async remove(user: string): Promise<void> {
    this.#settings.delete(user);
    this.#gone.delete(user);
    await this.#registry.preferences.removeUser(user, this.#host);
  }

  /** The user is not here any more: what is known is kept for what is still under way, but within bounds. */
  forget(user: string): void {
    const settings = this.#settings.get(user);
    if (settings) this.#gone.set(user, settings);
    this.#settings.delete(user);
  }
}
