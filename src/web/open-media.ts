/** All that carries files, as the configuration has it: where they are fetched from, kept and given away. */

import { join } from 'node:path';
import type { Config } from '#config/schema.ts';
import type { FilePlaces } from '#src/files.ts';
import type { Log } from '#src/log.ts';
import { reachOf } from '#src/net/public-address.ts';
import type { Registry } from '#src/registry/database.ts';
import { MediaStore } from './media.ts';
import { mediaLinks } from './media-link.ts';
import { WebServer } from './server.ts';
import { Spool } from './spool.ts';

/** The first part of the path below which files are. */
const PART = 'media';

export interface OpenMedia extends FilePlaces, AsyncDisposable {}

export async function openMedia(
  config: Pick<Config, 'data' | 'http' | 'media'>,
  registry: Pick<Registry, 'media' | 'deriveKey'>,
  log: Log,
): Promise<OpenMedia> {
  const { allow_addresses, trusted_domains, max_bytes } = config.media;
  await using parts = new AsyncDisposableStack();
  const folder = join(config.data, 'media');
  const spool = new Spool(join(folder, 'tmp'), max_bytes);
  await spool.open();
  const { listen, port, public_url } = config.http;
  const store =
    port !== undefined && public_url !== undefined
      ? parts.use(await openStore(public_url, config.media, folder, registry, log))
      : undefined;
  if (port !== undefined) {
    const served = new Map(store && [[PART, store.answer]]);
    parts.use(await WebServer.open({ listen, port, parts: served, log }));
  }
  const opened = parts.move();
  return {
    spool,
    store,
    reach: reachOf(allow_addresses),
    trusted: trusted_domains,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

function openStore(
  publicUrl: string,
  { days, user_bytes, total_bytes }: Config['media'],
  folder: string,
  registry: Pick<Registry, 'media' | 'deriveKey'>,
  log: Log,
): Promise<MediaStore> {
  return MediaStore.open({
    folder,
    files: registry.media,
    links: mediaLinks(registry.deriveKey('media links')),
    address: `${publicUrl.replace(/\/$/, '')}/${PART}`,
    limits: { days, user: user_bytes, total: total_bytes },
    log,
  });
}
