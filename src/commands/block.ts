/** Blocking people, for clients that can't do it themselves (XEP-0191). */

import type { Blocks } from '#src/blocks.ts';
import type { Command, Run, Table } from '#src/commands/command.ts';
import { type ContactParts, personTyped } from '#src/commands/contacts.ts';
import { Refusal } from '#src/network.ts';

type BlockParts = Pick<ContactParts, 'network' | 'places' | 'users'> & { readonly blocks: Blocks };

export function block(parts: BlockParts): Command {
  return {
    name: 'block',
    node: 'block',
    title: 'Block a contact',
    summary: 'hear nothing more of somebody',
    usage: '<who>',
    who: 'user',
    at: ['host', 'account'],
    async *run({ user, at }): Run {
      const { prompt } = parts.network;
      const field = { name: 'contact', label: prompt.label, type: 'text' } as const;
      const answers = yield { title: 'Block a contact', instructions: prompt.desc, fields: [field] };
      const { contact, jid } = personTyped(answers['contact'] ?? '', user.bare, at.account, parts);
      await parts.blocks.block(user.bare, new Map([[contact, undefined]]));
      return { lines: [`${jid.bare} is blocked.`] };
    },
  };
}

const COLUMNS: Table['columns'] = [{ name: 'jid', label: 'Address', jid: true }];

export function unblock(parts: BlockParts): Command {
  return {
    name: 'unblock',
    node: 'unblock',
    title: 'Unblock a contact',
    summary: 'hear of somebody again',
    usage: '<who>',
    who: 'user',
    async *run({ user }): Run {
      const blocked = parts.blocks.list(user.bare).map((contact) => ({ contact, jid: parts.places.of(contact) ?? '' }));
      if (blocked.length === 0) return { lines: ['You have blocked nobody.'] };
      const choices = blocked.map(({ jid }) => jid);
      const answers = yield {
        title: 'Unblock a contact',
        fields: [{ name: 'contact', label: 'Address', type: 'choice', choices }],
      };
      const chosen = blocked.find(({ jid }) => jid === answers['contact']);
      if (!chosen) throw new Refusal('invalid', 'Choose one of the list.');
      await parts.blocks.unblock(user.bare, [chosen.contact]);
      return { lines: [`${chosen.jid} is not blocked any more.`] };
    },
  };
}

export function blocked(parts: BlockParts): Command {
  return {
    name: 'blocked',
    node: 'blocked',
    title: 'List blocked contacts',
    summary: 'list whom you have blocked',
    who: 'user',
    async *run({ user }): Run {
      const rows = parts.blocks.list(user.bare).map((contact) => ({ jid: parts.places.of(contact) ?? '' }));
      if (rows.length === 0) return { lines: ['You have blocked nobody.'] };
      return { lines: ['You have blocked:'], table: { columns: COLUMNS, rows } };
    },
  };
}
