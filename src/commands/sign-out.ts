/** Signing out: one account, or all. */

import type { Command, QuestionField, Run } from '#src/commands/command.ts';
import { isYes } from '#src/commands/command.ts';
import type { SignIn } from '#src/commands/sign-in.ts';
import type { Account, AccountId } from '#src/network.ts';
import { Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';

const ALL = '*';
const ONE = 'Sign out, and have the account and its password forgotten?';
const SOME =
  'Sign out, and have what you chose forgotten? With the last account goes all that is kept here for you: contacts, preferences, history.';
const LAST = 'Sign out, and have all forgotten that is kept here for you: account, contacts, preferences, history?';

export function signOut(signIn: SignIn, places: Places): Command {
  return {
    name: 'sign-out',
    // Movim shows an icon for this name.
    node: 'unregister',
    title: 'Sign out',
    summary: 'sign out and have your account forgotten',
    who: 'user',
    at: ['host', 'account'],
    async *run({ user, at }): Run {
      const known = await signIn.stored(user.bare, at.account);
      const [first] = known;
      if (!first) throw new Refusal('sign-in', `You are not registered with ${places.host}.`);
      const fields = known.length > 1 ? [choiceOf(known)] : [];
      const last = (await signIn.stored(user.bare, undefined)).length === 1;
      const label = known.length > 1 ? SOME : last ? LAST : ONE;
      const sure = { name: 'sure', label, type: 'flag' } as const;
      const answers = yield { title: 'Sign out', fields: [...fields, sure] };
      if (!isYes(answers['sure'])) return { lines: ['Nothing was changed.'] };
      const chosen = known.length > 1 ? answers['account'] : first.id;
      await signIn.signOut(user.bare, chosen === ALL ? at.account : (chosen as AccountId));
      return { lines: ['You are signed out.'] };
    },
  };
}

function choiceOf(known: readonly Account[]): QuestionField {
  return {
    name: 'account',
    label: 'Account',
    type: 'choice',
    choices: [...known.map(({ id }) => id), ALL],
    labels: [...known.map(({ label }) => label), 'All accounts'],
  };
}
