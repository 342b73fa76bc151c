/** Who uses the host, what they have set, and what they may do. */

import { Access } from '#src/access.ts';
import type { Watcher } from '#src/account.ts';
import { Invites } from '#src/invites.ts';
import { Languages } from '#src/languages.ts';
import { lending } from '#src/lending.ts';
import { Places } from '#src/place.ts';
import { PreferenceBook } from '#src/preferences.ts';
import { Rates } from '#src/rates.ts';
import { Users } from '#src/users.ts';
import type { FeatureOptions } from './options.ts';

/** `watcher` is asked for later: it is built after this. */
export function userFeatures(options: FeatureOptions, watcher: () => Watcher) {
  const { host, network, registry } = options;
  const places = new Places(host, network);
  const preferences = new PreferenceBook(host, registry);
  const invites = options.invites ? new Invites(host, registry) : undefined;
  const access = new Access({ allow: options.allow, invites });
  const users = new Users({ ...options, places, access, preferences, lend: lending({ host, registry, media: options.media }), watcher });
  invites?.follow((user) => users.recheck(user));
  const rates = new Rates(options.rates ?? { perSecond: 50, burst: 500 });
  return { places, preferences, languages: new Languages(preferences), invites, access, users, rates };
}
export type UserFeatures = ReturnType<typeof userFeatures>;
