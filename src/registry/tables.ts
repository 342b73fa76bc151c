/** The tables as queries see them (migrations.ts makes them), and what a query is run with. */

import type { KeyObject } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { AccountId, ContactId, MessageId, RoomId } from '#src/network.ts';
import type { GroupCommit } from './commit.ts';

/** What a user has on one network. */
export interface Owned {
  /** Bare JID of the user. */
  readonly user: string;
  /** Component host of the network. */
  readonly host: string;
}

/** Booleans are 0 or 1, sealed values are what seal.ts writes, times are milliseconds since 1970. */
export interface Tables {
  accounts: Owned & { account: AccountId; label: string; settings: Uint8Array; guest: number; created: number };
  /** When a user was last here. */
  sightings: Owned & { at: number };
  contacts: Owned & { local: string; sees: number; seen: number; asked: number; offered: number };
  occupants: Owned & {
    room: RoomId;
    resource: string;
    account: AccountId;
    nick: string;
    password: Uint8Array | null;
  };
  /** One message as an archive shows it; see archive.ts. */
  archive: Owned & {
    seq: number;
    local: string;
    id: string;
    message: string;
    at: number;
    received: number;
    kind: 'chat' | 'groupchat';
    sender: string;
    author: ContactId | '';
    text: string;
    xml: string;
  };
  /** By which ids the network knows what is in the archive; `place` is the order of a message's ids. */
  archive_ids: Owned & { local: string; id: MessageId; seq: number; place: number };
  /** What a user has set; `local` is empty for the whole host. */
  preferences: Owned & { local: string; name: string; value: string };
  /** Contacts a user wants to hear nothing of. */
  blocks: Owned & { local: string };
  /** Invitations to use a network, and who took them. */
  invites: { host: string; token: string; creator: string; expires: number; user: string | null };
  /** Files of the own media store; the bytes are in the data folder. */
  media: Owned & { id: string; name: string; type: string; size: number; expires: number };
  /** What bridges keep for their accounts. */
  kept: Owned & { account: AccountId; key: string; value: Uint8Array };
  key_check: { id: number; sealed: Uint8Array };
}

/** Reads go to `db`, writes through `commit`; `key` seals. */
export interface Store {
  readonly db: Kysely<Tables>;
  readonly commit: GroupCommit<Tables>;
  readonly key: KeyObject;
}
