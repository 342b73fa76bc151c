/** What a user can set, for a whole host or for one room. */

import { escapeLocal } from '#src/address.ts';
import { fillNamed } from '#src/commands/chat-words.ts';
import type { Command, QuestionField, Run } from '#src/commands/command.ts';
import {
  isPreference,
  MOST_DAYS,
  MOST_ON_JOIN,
  PER_CONVERSATION,
  type PreferenceBook,
  type PreferenceName,
  type Preferences,
} from '#src/preferences.ts';
import { LANGUAGE_NAMES } from '#src/text/locale.ts';

type Shape = Omit<QuestionField, 'name' | 'value'>;

/** By name, in the order of the form. */
const FIELDS: { readonly [Name in PreferenceName]: Shape } = {
  history: { label: 'Keep the history of conversations', type: 'flag' },
  retentionDays: {
    label: 'Days to keep it (0: as long as the administrator has it)',
    type: 'text',
    range: { min: 0, max: MOST_DAYS },
  },
  crowd: {
    label: 'Who is shown of large rooms',
    type: 'choice',
    choices: ['auto', 'full', 'active', 'none'],
    labels: ['As fits the size', 'Everyone', 'Those who speak', 'Nobody'],
  },
  typing: { label: 'Tell others when I am typing', type: 'flag' },
  read: { label: 'Tell others what I have read', type: 'flag' },
  persistent: { label: 'Stay in rooms without a client of mine', type: 'flag' },
  onJoin: {
    label: 'Messages shown on joining a room (-1: as the administrator has it)',
    type: 'text',
    range: { min: -1, max: MOST_ON_JOIN },
  },
  edits: {
    label: 'What others see of an edit, where the network has none',
    type: 'choice',
    choices: ['whole', 'changed'],
    labels: ['The whole new text', 'What has changed'],
  },
  mentions: { label: 'Tell me of mentions in rooms I am in without a client', type: 'flag' },
  language: {
    label: 'Language of the gateway',
    type: 'choice',
    choices: ['', ...Object.keys(LANGUAGE_NAMES)],
    labels: ['As my client says', ...Object.values(LANGUAGE_NAMES)],
  },
};

export function preferences(book: PreferenceBook): Command {
  return {
    name: 'preferences',
    // Movim shows an icon for this name.
    node: 'preferences',
    title: 'Preferences',
    summary: 'see and change your preferences',
    usage: '<name> <value>',
    who: 'anyone',
    at: ['host', 'room'],
    fill: fillNamed('preferences'),
    async *run({ user, at }): Run {
      await book.load(user.bare);
      const local = at.type === 'room' ? (escapeLocal(at.room) ?? '') : '';
      const now = book.of(user.bare, local);
      const names = Object.keys(FIELDS).filter(isPreference);
      const shown = at.type === 'room' ? names.filter((name) => PER_CONVERSATION.includes(name)) : names;
      const answers = yield {
        title: at.type === 'room' ? 'Preferences for this room' : 'Preferences',
        fields: shown.map((name) => fieldOf(name, now)),
      };
      const changed = shown.filter((name) => answers[name] !== '' && !same(answers[name], now[name]));
      // The empty choice is a language too.
      if (answers['language'] === '' && now.language !== '' && shown.includes('language')) changed.push('language');
      for (const name of changed) await book.set(user.bare, name, answers[name] ?? '', local);
      return { lines: [changed.length === 0 ? 'Nothing was changed.' : 'Your preferences are stored.'] };
    },
  };
}

function same(answer: string | undefined, now: Preferences[PreferenceName]): boolean {
  return answer === undefined || answer === String(now) || (typeof now === 'boolean' && answer === String(Number(now)));
}

function fieldOf(name: PreferenceName, now: Preferences): QuestionField {
  return { ...FIELDS[name], name, value: String(now[name]), optional: true };
}
