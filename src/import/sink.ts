/** Where an import goes: into the registry, or nowhere in a dry run. Each tells how much of it was new. */

import type { OwnedAccount } from '#src/registry/accounts.ts';
import type { Entry } from '#src/registry/archive.ts';
import type { Contact } from '#src/registry/contacts.ts';
import type { Registry } from '#src/registry/database.ts';
import type { StoredPreference } from '#src/registry/preferences.ts';

/** What is there already stays as it is: the user may have changed it since. */
export interface Sink {
  account(account: OwnedAccount): Promise<boolean>;
  contact(contact: Contact): Promise<boolean>;
  preference(preference: StoredPreference): Promise<boolean>;
  messages(entries: readonly Entry[]): Promise<number>;
}

export const nowhere: Sink = {
  account: async () => true,
  contact: async () => true,
  preference: async () => true,
  messages: async ({ length }) => length,
};

export async function intoRegistry(registry: Registry): Promise<Sink> {
  const { accounts, contacts, preferences } = registry;
  const past = await registry.past();
  return {
    async account(account) {
      const { user, host, id } = account;
      if (await accounts.get(user, host, id)) return false;
      await accounts.put(account);
      return true;
    },
    async contact(contact) {
      const { user, host, local } = contact;
      if (await contacts.get(user, host, local)) return false;
      await contacts.put(contact);
      return true;
    },
    async preference(preference) {
      const { user, host, local, name } = preference;
      const known = await preferences.list(user, host);
      if (known.some((each) => each.local === local && each.name === name)) return false;
      await preferences.put(preference);
      return true;
    },
    messages: (entries) => past.add(entries),
  };
}
