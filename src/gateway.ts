/** The whole gateway: one registry, and a component for each configured network. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bridges } from '#bridges/index.ts';
import { sealingKey } from '#config/key.ts';
import type { Config } from '#config/schema.ts';
import type { Reload } from '#src/commands/reload.ts';
import { Component } from '#src/component.ts';
import type { Log } from '#src/log.ts';
import { openRegistry } from '#src/registry/database.ts';
import { reloadFrom, type Served } from '#src/reload.ts';
import { downloader } from '#src/web/download.ts';
import { openMedia } from '#src/web/open-media.ts';

export interface Gateway extends AsyncDisposable {
  /** Resolves when every network is attached to its XMPP server. */
  readonly online: Promise<void>;
  /** Resolves with what the administrator has to check, when a server refuses a network for good. */
  readonly fatal: Promise<string>;
  /** Reads the configuration again and takes over what can change while it runs. */
  readonly reload: Reload;
}

/** Starts all that the configuration names; `read` gives it as it is in the file later. Throws before anything runs where the data folder or key is not right. */
export async function startGateway(config: Config, log: Log, read: () => Config): Promise<Gateway> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const registry = await openRegistry(join(config.data, 'isthmus.sqlite'), sealingKey(config.key_file));
  const media = await openMedia(config, registry, log);
  const download = downloader(config.media.allow_addresses, { bytes: config.media.max_bytes });
  const fatal = Promise.withResolvers<string>();
  const served = new Map<string, Served>();
  const reload: Reload = () => reloadFrom(read, config, served);
  const components = config.networks.map((each) => {
    const network = bridges[each.kind](each);
    const component = new Component({
      network,
      link: { domain: each.host, secret: each.secret, ...each.xmpp },
      allow: each.access.allow,
      invites: each.access.invites,
      admins: config.admins,
      contact: config.contact,
      policy: each.policy,
      rates: { perSecond: config.rates.stanzas_per_second, burst: config.rates.burst },
      archive: { days: each.archive.days, onJoin: each.archive.on_join },
      fullUpTo: each.rooms.full_up_to,
      persistence: { byDefault: each.rooms.persistent_by_default, ...each.rooms.persistence },
      idleDays: each.idle_days,
      connectsPerSecond: each.connects_per_second,
      quotas: each.quotas,
      registry,
      download,
      media,
      log,
      reload,
      fatal: fatal.resolve,
    });
    served.set(each.host, { network, allow: (list) => component.allow(list) });
    return component;
  });
  for (const component of components) component.start();
  return {
    online: Promise.all(components.map((component) => component.online)).then(() => undefined),
    fatal: fatal.promise,
    reload,
    async [Symbol.asyncDispose]() {
      await Promise.all(components.map((component) => component[Symbol.asyncDispose]()));
      await media[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
    },
  };
}
