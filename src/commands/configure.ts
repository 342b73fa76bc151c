/** Settings of a host, an account or a room in one form each: our preferences by their old names, and the network's own. */

import type { AccountSettings } from '#src/account-settings.ts';
import { escapeLocal, type Jid } from '#src/address.ts';
import { fillNamed } from '#src/commands/chat-words.ts';
import type { Command, CommandTarget, Outcome, QuestionField, Run } from '#src/commands/command.ts';
import type { Account, AccountId, Answers, Network, RoomId } from '#src/network.ts';
import { MOST_ON_JOIN, type PreferenceBook, type PreferenceName } from '#src/preferences.ts';

export interface ConfigureParts {
  readonly network: Network;
  readonly preferences: PreferenceBook;
  readonly settings: AccountSettings;
  /** Messages told on joining a room where the user has set no number. */
  readonly onJoin: number;
}

/** What the form is about. */
interface Scope {
  readonly user: Jid;
  readonly type: 'host' | 'account' | 'room';
  readonly account?: AccountId;
  readonly room?: RoomId;
  /** Of the preferences: the local part of the room's or account's address, empty for the host. */
  readonly local: string;
}

/** Under names that clients and scripts know from biboumi; `unset` takes what holds for all. */
const NAMES: Readonly<Record<string, PreferenceName>> = {
  record_history: 'history',
  max_history_length: 'onJoin',
  persistent: 'persistent',
};
const UNSET = 'unset';

export function configure(parts: ConfigureParts): Command {
  return {
    name: 'configure',
    node: 'configure',
    title: 'Configure',
    summary: 'see and change settings of this gateway, of a server or of a room',
    usage: '<name> <value>',
    who: 'anyone',
    at: ['host', 'account', 'room'],
    fill: fillNamed('configure'),
    run: ({ user, at }) => ask(scopeOf(user, at, parts.network), parts),
  };
}

/** Where the only account is the host itself, its settings and those of the host have commands of their own. */
export function configureFixed(parts: ConfigureParts, account: AccountId): readonly Command[] {
  const common = { who: 'anyone', usage: '<name> <value>' } as const;
  return [
    {
      ...common,
      name: 'server-configure',
      node: 'server-configure',
      title: 'Configure the server',
      summary: 'see and change settings of your account on the server',
      fill: fillNamed('server-configure'),
      run: ({ user }) => ask(scopeOf(user, { type: 'account', account }, parts.network), parts),
    },
    {
      ...common,
      name: 'global-configure',
      node: 'global-configure',
      title: 'Configure the gateway',
      summary: 'see and change settings that hold for all rooms',
      fill: fillNamed('global-configure'),
      run: ({ user }) => ask(scopeOf(user, { type: 'host' }, parts.network), parts),
    },
  ];
}

function scopeOf(user: Jid, at: CommandTarget, network: Network): Scope {
  switch (at.type) {
    case 'host':
      return { user, type: 'host', local: '' };
    case 'account':
      return { user, ...at, local: escapeLocal(network.address(at.account)) ?? '' };
    case 'room':
      return { user, ...at, local: escapeLocal(at.room) ?? '' };
  }
}

async function* ask(scope: Scope, parts: ConfigureParts): Run {
  const { preferences, settings } = parts;
  const { form } = parts.network;
  settings.check(scope.user);
  await preferences.load(scope.user.bare);
  const ours = preferenceFields(scope, parts);
  const id = form && scope.type !== 'host' ? scope.account : undefined;
  const theirs = form && id !== undefined ? form.fields(await settings.of(scope.user, id), scope.room) : [];
  const answers = yield { title: titleOf(scope), fields: [...theirs, ...ours] };
  const change = (now: Account) =>
    form ? form.apply(now, meant(answers, theirs, form.fields(now, scope.room)), scope.room) : now;
  // First, for a wrong answer is refused before anything is stored.
  const taken = id !== undefined && (await settings.change(scope.user, id, change));
  const stored = await setPreferences(scope, ours, answers, preferences);
  return outcome(stored || taken);
}

function outcome(changed: boolean): Outcome {
  return { lines: [changed ? 'Your settings are stored.' : 'Nothing was changed.'] };
}

function titleOf({ account, room }: Scope): string {
  if (room !== undefined) return `Settings of ${room}`;
  return account === undefined ? 'Settings' : `Settings of ${account}`;
}

/** What was left as it was `shown` is as it stands `now`: others may have been changed while the form was open. */
function meant(answers: Answers, shown: readonly QuestionField[], now: readonly QuestionField[]): Answers {
  const standing = new Map(now.map(({ name, value = '' }) => [name, value]));
  const entries = shown.map(({ name, value = '' }) => {
    const answer = answers[name] ?? '';
    return [name, answer === value ? (standing.get(name) ?? '') : answer];
  });
  return Object.fromEntries(entries);
}

function preferenceFields({ user, type, local }: Scope, { preferences, onJoin }: ConfigureParts): QuestionField[] {
  const now = preferences.of(user.bare, local);
  const number: QuestionField = {
    name: 'max_history_length',
    label: 'Messages shown on joining a room',
    type: 'text',
    value: String(now.onJoin < 0 ? onJoin : now.onJoin),
    range: { min: 0, max: MOST_ON_JOIN },
    optional: true,
  };
  const kept: QuestionField = {
    name: 'record_history',
    label: 'Keep the history of conversations',
    type: 'flag',
    value: String(now.history),
    optional: true,
  };
  const stays: QuestionField = {
    name: 'persistent',
    label: 'Stay in rooms without a client of mine',
    type: 'flag',
    value: String(now.persistent),
    optional: true,
  };
  if (type === 'account') return local === '' ? [] : [number];
  if (type === 'host') return [number, kept, stays];
  const { history } = preferences.own(user.bare, local);
  const choice: QuestionField = {
    ...kept,
    type: 'choice',
    value: history === undefined ? UNSET : String(history),
    choices: [UNSET, 'true', 'false'],
    labels: ['As everywhere', 'Yes', 'No'],
  };
  return [choice, stays];
}

/** Only what was answered otherwise than it stood in the form; true where there was anything. */
async function setPreferences(
  { user, local }: Scope,
  fields: readonly QuestionField[],
  answers: Answers,
  preferences: PreferenceBook,
): Promise<boolean> {
  const changed = fields.filter(({ name, value }) => answers[name] !== '' && answers[name] !== value);
  for (const { name } of changed) {
    const preference = NAMES[name];
    const answer = answers[name] ?? '';
    if (preference === undefined) continue;
    if (answer === UNSET) await preferences.unset(user.bare, preference, local);
    else await preferences.set(user.bare, preference, answer, local);
  }
  return changed.length > 0;
}
