/** Who uses the host, what they have set, and what they may do. */

import { Access } from '#src/access.ts';
import type { Watcher } from '#src/account.ts';
import { parseJid } from '#src/address.ts';
import { clientAsking } from '#src/asking.ts';
import type { Blocks } from '#src/blocks.ts';
import { Entrances } from '#src/entrance.ts';
import { Invites } from '#src/invites.ts';
import { Languages } from '#src/languages.ts';
import { LastSeen } from '#src/last-seen.ts';
import { lending } from '#src/lending.ts';
import { Places } from '#src/place.ts';
import { PreferenceBook } from '#src/preferences.ts';
import { Rates } from '#src/rates.ts';
import type { Sleep } from '#src/sleep.ts';
import { mayNotStay, Stays } from '#src/stays.ts';
import { Users } from '#src/users.ts';
import { readFlag } from '#src/xmpp/forms.ts';
import type { FeatureOptions } from './options.ts';

/** They are asked for later: they are built after this. */
interface Later {
  readonly watcher: () => Watcher;
  readonly sleep: () => Pick<Sleep, 'came' | 'opened'>;
  readonly blocks: () => Pick<Blocks, 'has'>;
}

export function userFeatures(options: FeatureOptions, later: Later) {
  const { host, network, registry, log, quotas = {}, idleDays = 0 } = options;
  const { byDefault = false, allow = ['*'], deny = [] } = options.persistence ?? {};
  const places = new Places(host, network);
  const mayStay = persistence(allow, deny);
  const preferences = new PreferenceBook(host, registry, {
    defaults: { persistent: byDefault },
    check(user, name, value) {
      if (name === 'persistent' && readFlag(value) && !mayStay(user)) throw mayNotStay();
    },
  });
  const invites = options.invites ? new Invites(host, registry) : undefined;
  const access = new Access({ allow: options.allow, invites });
  const lastSeen = new LastSeen({ host, registry, days: idleDays, log });
  const users: Users = new Users({
    ...options,
    ...later,
    places,
    access,
    preferences,
    lastSeen,
    accounts: quotas.accounts,
    entrances: new Entrances(network, options.connectsPerSecond),
    lend: lending({
      host,
      registry,
      media: options.media,
      ask: clientAsking(places, (user) => users.client(user), options.request),
      ignores: (user, contact) => later.blocks().has(user, contact),
    }),
  });
  const stays = new Stays({ places, preferences, registry, allows: mayStay, log });
  invites?.follow((user) => users.recheck(user));
  const rates = new Rates(options.rates ?? { perSecond: 50, burst: 500 });
  return { places, preferences, languages: new Languages(preferences), invites, access, users, stays, lastSeen, rates };
}

/** Whether a user may stay in rooms without a client: whoever is allowed to, and not denied. */
function persistence(allow: readonly string[], deny: readonly string[]): (user: string) => boolean {
  const [allowed, denied] = [allow, deny].map((list) => new Access({ allow: list, invites: undefined }));
  return (user) => {
    const jid = parseJid(user);
    return jid !== undefined && allowed?.allows(jid) === true && denied?.allows(jid) === false;
  };
}
export type UserFeatures = ReturnType<typeof userFeatures>;
