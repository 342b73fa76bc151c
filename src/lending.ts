/** What the gateway lends to a session besides the road of its events: memory, and a word with the user's clients. */

import { Readable } from 'node:stream';
import { escapeLocal } from '#src/address.ts';
import type { AskClient } from '#src/asking.ts';
import type { FilePlaces } from '#src/files.ts';
import { isOfNetwork } from '#src/messages/shown.ts';
import { type AccountId, type ContactId, type Host, Refusal } from '#src/network.ts';
import type { Registry } from '#src/registry/database.ts';

type Lent = Pick<Host, 'owner' | 'recall' | 'keep' | 'latest' | 'ask' | 'ignores' | 'share'>;
/** `owner` is the user's bare JID. */
export type Lend = (owner: string, account: AccountId) => Lent;

export interface LendingOptions {
  /** Component host. */
  readonly host: string;
  readonly registry: Pick<Registry, 'archive' | 'kept'>;
  /** Absent where files can't be kept. */
  readonly media?: FilePlaces | undefined;
  /** Absent where no clients are. */
  readonly ask?: AskClient;
  /** Whether a user wants to hear nothing of somebody; nobody is ignored when absent. */
  readonly ignores?: (user: string, contact: ContactId) => boolean;
}

/** For a text to be put on disk, in ms. */
const SHARED_WITHIN = 10_000;

export function lending({ host, registry, media, ask = noClients, ignores = () => false }: LendingOptions): Lend {
  return (owner, account) => {
    const keeper = { host, user: owner, account };
    return {
      owner,
      recall: (key) => registry.kept.get(keeper, key),
      keep: (key, value) =>
        value === undefined ? registry.kept.remove(keeper, key) : registry.kept.put(keeper, key, value),
      async latest(of) {
        const local = escapeLocal('room' in of ? of.room : of.with);
        const found = local === undefined ? undefined : await registry.archive.newest(owner, host, local);
        const id = found?.ids.findLast(isOfNetwork);
        return found && { at: found.at, ...(id !== undefined && { id }) };
      },
      ask: (what) => ask(owner, account, what),
      ignores: (contact) => ignores(owner, contact),
      share: (text) => share(text, owner, host, media),
    };
  };
}

async function noClients(): Promise<never> {
  throw new Refusal('unsupported', 'Clients are not asked.');
}

/** The own store shows a plain text to everybody who has its address, for as long as it keeps files. */
async function share(
  text: string,
  owner: string,
  host: string,
  media: FilePlaces | undefined,
): Promise<string | undefined> {
  if (!media?.store) return undefined;
  const bytes = Buffer.from(text);
  const source = { type: 'text/plain', size: bytes.length, bytes: Readable.from([bytes]) };
  await using file = await media.spool.take(source, 'text.txt', AbortSignal.timeout(SHARED_WITHIN));
  return await media.store.keep(owner, host, file);
}
