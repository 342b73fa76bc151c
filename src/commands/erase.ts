/** Erasing what the gateway keeps of conversations. */

import { parseJid } from '#src/address.ts';
import { type Command, isYes, type QuestionField, type Run } from '#src/commands/command.ts';
import { addressOf } from '#src/commands/rooms.ts';
import { Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';

export interface EraseParts {
  readonly places: Places;
  /** Erases the history of all the user's conversations, or of the one with that local part. */
  readonly erase: (user: string, local?: string) => Promise<unknown>;
}

const WHICH: QuestionField = {
  name: 'address',
  label: 'Address of one conversation; empty for all',
  type: 'text',
  optional: true,
};

export function erase({ places, erase: eraseHistory }: EraseParts): Command {
  return {
    name: 'erase',
    node: 'erase',
    title: 'Erase history',
    summary: 'erase the history kept here, of one conversation or of all',
    usage: '<address>',
    // Who has no account any more may have said something all the same.
    who: 'anyone',
    at: ['host', 'room'],
    async *run({ user, at }): Run {
      const sure: QuestionField = { name: 'sure', label: 'Erase it for good?', type: 'flag' };
      const answers = yield { title: 'Erase history', fields: at.type === 'room' ? [sure] : [WHICH, sure] };
      if (!isYes(answers['sure'])) return { lines: ['Nothing was changed.'] };
      const typed = at.type === 'room' ? addressOf(at.room, places) : (answers['address'] ?? '').trim();
      await eraseHistory(user.bare, localOf(typed, places));
      return { lines: ['The history kept here is erased. What your clients and your server keep is not.'] };
    },
  };
}

function localOf(address: string, { host }: Places): string | undefined {
  if (address === '') return undefined;
  const jid = parseJid(address);
  if (jid?.domain !== host || jid.local === '') {
    throw new Refusal('invalid', `“${address}” is no address here. Give one that ends in @${host}.`);
  }
  return jid.local;
}
