/** Contacts: adding and removing one, and the list of them. */

import type { LiveAccount } from '#src/account.ts';
import { type Jid, parseJid } from '#src/address.ts';
import type { Command, Run } from '#src/commands/command.ts';
import { type AccountId, type Network, Refusal } from '#src/network.ts';
import type { Places, Target } from '#src/place.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Roster } from '#src/roster.ts';
import type { Users } from '#src/users.ts';

export interface ContactParts {
  readonly network: Network;
  readonly places: Places;
  readonly registry: Registry;
  readonly users: Users;
  readonly roster: Roster;
}
export type Person = Target & { readonly type: 'contact'; readonly jid: Jid };

/** From what was typed, a name or a JID of the host, to a person; a bare name is one of the user's only account. */
export function personTyped(
  typed: string,
  user: string,
  at: AccountId | undefined,
  { network, places, users }: Pick<ContactParts, 'network' | 'places' | 'users'>,
): Person {
  const text = typed.trim();
  const address = parseJid(text);
  const target = places.find(address);
  const named = target?.type === 'contact' ? target.contact : network.contact(text, at ?? onlyOf(users, user)?.id);
  const jid = named === undefined ? undefined : parseJid(places.of(named) ?? '');
  const found = jid && places.read(jid);
  if (!jid || found?.type !== 'contact') {
    throw new Refusal('invalid', `“${text}” is no address here. ${network.prompt.desc}`);
  }
  return { ...found, jid };
}

/** The user's live account, where there is but one. */
export function onlyOf(users: Users, user: string): LiveAccount | undefined {
  const [first, ...more] = users.find(user)?.accounts.values() ?? [];
  return more.length === 0 ? first : undefined;
}

function question(title: string, { prompt }: Network) {
  const field = { name: 'contact', label: prompt.label, type: 'text' } as const;
  return { title, instructions: prompt.desc, fields: [field] };
}

/** What became of it, by what the roster says. */
const ADDED = {
  known: (jid: string) => `${jid} is on your contact list already.`,
  added: (jid: string) => `${jid} is on your contact list now.`,
  asked: (jid: string) => `${jid} asks to be on your contact list. Accept it, or add this address yourself.`,
} as const;

export function add(parts: ContactParts): Command {
  return {
    name: 'add',
    node: 'add',
    title: 'Add a contact',
    summary: 'add somebody to your contacts',
    usage: '<who>',
    who: 'anyone',
    at: ['host', 'account'],
    async *run({ user, at }): Run {
      const answers = yield question('Add a contact', parts.network);
      const { jid, ...target } = personTyped(answers['contact'] ?? '', user.bare, at.account, parts);
      const done = await parts.roster.add(user, target);
      return { lines: [ADDED[done](jid.bare)], open: { jid: jid.bare } };
    },
  };
}

export function remove(parts: ContactParts): Command {
  return {
    name: 'remove',
    node: 'remove',
    title: 'Remove a contact',
    summary: 'remove somebody from your contacts',
    usage: '<who>',
    who: 'anyone',
    at: ['host', 'account'],
    async *run({ user, at }): Run {
      const answers = yield question('Remove a contact', parts.network);
      const { jid, ...target } = personTyped(answers['contact'] ?? '', user.bare, at.account, parts);
      if (!(await parts.roster.remove(user, target))) {
        throw new Refusal('not-found', `${jid.bare} is none of your contacts here. “contacts” lists them.`);
      }
      return { lines: [`${jid.bare} is removed. Delete it from your contact list too if it is still there.`] };
    },
  };
}

export function contacts({ places, registry, users }: ContactParts): Command {
  return {
    name: 'contacts',
    node: 'contacts',
    title: 'List contacts',
    summary: 'list your contacts here',
    who: 'anyone',
    async *run({ user }): Run {
      const rows = (await registry.contacts.list(user.bare, places.host)).flatMap(({ local, sees, seen, asked }) => {
        const target = places.read({ local });
        if (target?.type !== 'contact' || !(sees || seen || asked)) return [];
        const presence = users.live(user.bare, target.account)?.presences.get(target.contact);
        const shown = presence?.show ?? 'offline';
        return [{ jid: `${local}@${places.host}`, state: shown }];
      });
      if (rows.length === 0) return { lines: ['You have no contacts here. “add” adds one.'] };
      const columns = [
        { name: 'jid', label: 'Address', jid: true as const },
        { name: 'state', label: 'State', ours: true as const },
      ];
      return { lines: ['Your contacts:'], table: { columns, rows } };
    },
  };
}
