/** What a command is: one implementation for ad-hoc commands (XEP-0050), registration (XEP-0077) and chat. */

import type { Jid } from '#src/address.ts';
import type { Answers, Field, Prompt } from '#src/network.ts';
import type { Target } from '#src/place.ts';

/** Where a command can be given. */
type CommandPlace = Exclude<Target['type'], 'contact'>;
export type CommandTarget = Exclude<Target, { type: 'contact' }>;

export interface Context {
  /** Who gives it. */
  readonly user: Jid;
  /** What it is given to: it is then about that account or room alone. */
  readonly at: CommandTarget;
}

/** A prompt of ours says more than a network's. All texts are English; who shows them translates. */
export interface Question extends Prompt {
  readonly instructions?: string;
  readonly fields: readonly QuestionField[];
}
export interface QuestionField extends Field {
  /** What the choices are called, in their order. */
  readonly labels?: readonly string[];
  /** The value is a whole number within these bounds. */
  readonly range?: { readonly min: number; readonly max: number };
}

/** Rows by the names of the columns. */
export interface Table {
  readonly columns: readonly {
    readonly name: string;
    readonly label: string;
    readonly jid?: true;
    /** The cells are texts of ours, to be translated. */
    readonly ours?: true;
  }[];
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** What came of it. */
export interface Outcome {
  readonly lines: readonly string[];
  /** It is done, but not all is well. */
  readonly warning?: true;
  readonly table?: Table;
  /** An address for the user to open. */
  readonly open?: { readonly jid: string; readonly room?: true };
}

export type Run = AsyncGenerator<Question, Outcome, Answers>;

export interface Command {
  /** The word in chat. */
  readonly name: string;
  /** XEP-0050 §5.2; clients know some of them. */
  readonly node: string;
  readonly title: string;
  /** For the help in chat, without a full stop. */
  readonly summary: string;
  /** What may follow the word in chat. */
  readonly usage?: string;
  /** `user` is somebody with an account, signed in to or not. */
  readonly who: 'anyone' | 'user' | 'admin';
  /** `host` alone when absent. */
  readonly at?: readonly CommandPlace[];
  /** A first word in chat that says nothing new. */
  readonly noise?: string;
  /** From the words of a chat line to the answers; where absent they fill the fields in order, secrets aside. */
  readonly fill?: (words: readonly string[], question: Question) => Answers;
  /** Acts only after the last answer, so that what was asked before can be asked again. */
  run(context: Context): Run;
}

export function isYes(answer: string | undefined): boolean {
  return answer === 'true';
}
