/** One command under way: its questions, the way back, and what came of it; the three drivers share it. */

import type { Command, Context, Outcome, Question, QuestionField, Run } from '#src/commands/command.ts';
import { type Answers, Refusal, type Why } from '#src/network.ts';
import { within } from '#src/within.ts';

export interface Asked {
  readonly question: Question;
  /** Why the last answers were not taken; they stand in the fields. */
  readonly problem?: Refusal;
}
export type Step = Asked | { readonly outcome: Outcome };

/** Other answers may help against these; anything else ends the command. */
const ASK_AGAIN: ReadonlySet<Why> = new Set([
  'forbidden',
  'invalid',
  'nick-taken',
  'not-found',
  'password',
  'sign-in',
  'too-long',
]);
/** Longest answer to one field, in characters. */
const LONGEST = 4_000;
/** How long a command may work on one step, in ms; a network may never answer. */
const STEP = 50_000;

export class Dialogue {
  readonly command: Pick<Command, 'run' | 'title'>;
  readonly #context: Context;
  readonly #step: number;
  /** Answers to the questions before the present one. */
  readonly #given: Answers[] = [];
  #run: Run | undefined;
  #question: Question | undefined;

  constructor(command: Pick<Command, 'run' | 'title'>, context: Context, step = STEP) {
    this.command = command;
    this.#context = context;
    this.#step = step;
  }

  /** How many questions have been answered. */
  get depth(): number {
    return this.#given.length;
  }

  start(): Promise<Step> {
    return this.#replay();
  }

  /** Answers the present question. Throws a refusal that ends the command. */
  async answer(answers: Answers): Promise<Step> {
    const question = this.#question;
    if (!question || !this.#run) throw new Refusal('invalid', 'There is nothing to answer. Start the command again.');
    try {
      const checked = check(question, answers);
      const step = await this.#next(this.#run, checked);
      this.#given.push(checked);
      return step;
    } catch (error) {
      if (!(error instanceof Refusal && ASK_AGAIN.has(error.why))) throw error;
      return { ...filledIn(await this.#replay(), answers), problem: error };
    }
  }

  /** Asks the question before the present one again, with what was answered; the first stays. */
  async back(): Promise<Step> {
    const last = this.#given.pop() ?? {};
    return filledIn(await this.#replay(), last);
  }

  async cancel(): Promise<void> {
    await this.#run?.return({ lines: [] });
    this.#run = undefined;
  }

  /** Runs the command anew up to the present question. */
  async #replay(): Promise<Step> {
    await this.cancel();
    this.#run = this.command.run(this.#context);
    let step = await this.#next(this.#run, {});
    for (const answers of this.#given) {
      if ('outcome' in step) break;
      step = await this.#next(this.#run, answers);
    }
    return step;
  }

  async #next(run: Run, answers: Answers): Promise<Step> {
    const late = () => new Refusal('timeout', 'This took too long. Try again later.');
    const { done, value } = await within(run.next(answers), this.#step, late);
    this.#question = done ? undefined : value;
    return done ? { outcome: value } : { question: value };
  }
}

/** Only what was asked, and of choices only what is offered; what was left out stays what it is. */
function check({ fields }: Question, answers: Answers): Answers {
  return Object.fromEntries(
    fields.map((field) => [field.name, checkOne(field, answers[field.name] ?? presetOf(field))]),
  );
}

function presetOf({ type, value = '' }: QuestionField): string {
  return type === 'secret' ? '' : value;
}

function checkOne({ label, type, choices, range }: QuestionField, value: string): string {
  if (value.length > LONGEST) throw new Refusal('too-long', `No more than ${LONGEST} characters for “${label}”.`);
  if (value === '') return value;
  // XEP-0004 §3.3: a flag is said in four ways; who reads the answers knows two.
  if (type === 'flag') return value === '1' || value === 'true' ? 'true' : 'false';
  const chosen = type === 'choice' ? [value] : type === 'choices' ? value.split('\n') : [];
  const wrong = chosen.find((each) => !choices?.includes(each));
  if (wrong !== undefined) {
    throw new Refusal('invalid', `“${wrong}” is no choice for “${label}”. Take one of those that are offered.`);
  }
  if (range && !(/^-?\d{1,9}$/.test(value) && Number(value) >= range.min && Number(value) <= range.max)) {
    throw new Refusal('invalid', `Give a whole number from ${range.min} to ${range.max} for “${label}”.`);
  }
  return value;
}

/** The answers stand in the fields again, but for secrets. */
function filledIn(step: Step, answers: Answers): Step {
  if ('outcome' in step) return step;
  const fields = step.question.fields.map((field) => {
    const value = answers[field.name];
    return field.type === 'secret' || value === undefined || value === '' ? field : { ...field, value };
  });
  return { question: { ...step.question, fields } };
}
