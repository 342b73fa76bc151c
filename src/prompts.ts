/** What a network asks its users, and what only it lets them do; a part of the contract (network.ts). */

import type { Account, RoomId, Session } from './network.ts';

/** One question of a sign-in. The same generator serves in-band registration, commands, the web and the CLI. */
export interface Prompt {
  readonly title: string;
  readonly fields: readonly Field[];
}
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'secret' | 'choice' | 'flag' | 'lines' | 'choices';
  /** Of `lines` and `choices`: one a line. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly optional?: boolean;
}
export type Answers = Readonly<Record<string, string>>;

/** What can be set of an account, or for one room of it, beside signing in. */
export interface SettingsForm {
  fields(account: Account, room?: RoomId): readonly Field[];
  /** The account with the answers in it. Throws `Refusal('invalid')` with the sentence for a wrong one. */
  apply(account: Account, answers: Answers, room?: RoomId): Account;
}
/** A command that only this network has; its words are chosen like those in src/commands. */
export interface NetworkCommand {
  readonly name: string;
  /** XEP-0050. */
  readonly node: string;
  readonly title: string;
  /** For the help in chat, without a full stop. */
  readonly summary: string;
  readonly at: readonly ('host' | 'account' | 'room')[];
  /**
   * `session` is the one that is live. What `change` makes of the account is stored and taken over: of the one that there
   * is at the end, for the user may have changed it elsewhere.
   */
  run(given: {
    readonly account: Account;
    readonly room?: RoomId;
    readonly session?: Session;
  }): AsyncGenerator<Prompt, CommandOutcome, Answers>;
}
/** What a network's command tells, and what it makes of the account. */
export interface CommandOutcome {
  readonly text: string;
  readonly change?: (account: Account) => Account;
}
