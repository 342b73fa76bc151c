/** The commands in a chat with the host: one line each, or question after question; see chat-words.ts for the wording. */

import { suggest } from '#config/suggest.ts';
import type { CommandBook } from '#src/commands/book.ts';
import { ask, fillInOrder, PREFIX, readAnswer, wordsOf } from '#src/commands/chat-words.ts';
import type { Command, CommandTarget, Outcome, Question, QuestionField } from '#src/commands/command.ts';
import { Dialogue, type Step } from '#src/commands/dialogue.ts';
import { outcomeText, tableText } from '#src/commands/outcome-text.ts';
import { answerTo, type Intent, type Origin, type Refuse } from '#src/intent.ts';
import { Lanes } from '#src/lanes.ts';
import type { Languages } from '#src/languages.ts';
import { type Answers, Refusal } from '#src/network.ts';
import type { Places, Target } from '#src/place.ts';
import { translate } from '#src/text/locale.ts';
import { shorten } from '#src/text/shorten.ts';
import { RESOURCE } from '#src/xmpp/write/presence.ts';

export interface CommandChatOptions {
  readonly places: Places;
  readonly book: CommandBook;
  readonly languages: Languages;
  /** Sends what the host says. */
  readonly say: (to: string, text: string) => void;
  /** Tells a client that its message came. */
  readonly received: (to: string, id: string) => void;
  readonly refuse: Refuse;
}
type Line = Intent & { readonly type: 'message' };

/** A command that has asked something. */
interface Talk {
  readonly name: string;
  readonly node: string;
  readonly dialogue: Dialogue;
  question: Question;
  /** Values of the fields that were answered, in order. */
  answers: Map<string, string>;
  /** A password was written in the chat. */
  secret: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** How long an answer may take, in ms. */
const WAIT = 600_000;
/** Users who can be asked something at once. */
const MOST = 10_000;
const CANCEL = 'cancel';
const BACK = 'back';

export class CommandChat {
  readonly #options: CommandChatOptions;
  /** By bare JID: all clients of a user share the chat. */
  readonly #talks = new Map<string, Talk>();
  /** One line after the other, and not in the way of the user's other stanzas. */
  readonly #lanes = new Lanes(16);

  constructor(options: CommandChatOptions) {
    this.#options = options;
  }

  /** Takes a message to the host; false where it is not meant for the gateway itself. Everything is answered, later. */
  take({ origin, kind, body, receipt }: Line, target: Target): boolean {
    if (target.type !== 'host' || kind !== 'chat') return false;
    if (target.account !== undefined && !this.#isCommand(origin, body)) return false;
    // XEP-0184 §5.2
    if (receipt && origin.id !== undefined) this.#options.received(origin.from.full, origin.id);
    this.#answer(origin, body);
    return true;
  }

  /** Where the host is an account too, what is for its network is not: a command begins with `!`, or answers a question. */
  #isCommand({ from, to }: Origin, body: string): boolean {
    if (to.resource !== '' && to.resource !== RESOURCE) return false;
    return body.startsWith(PREFIX) || this.#talks.has(from.bare);
  }

  #answer(origin: Origin, body: string): void {
    this.#lanes
      .run(origin.from.bare, () => this.#line(origin, body))
      .catch((error: unknown) => this.#fail(origin, error));
  }

  #fail(origin: Origin, error: unknown): void {
    if (error instanceof Refusal) this.#say(origin, error.message);
    else this.#options.refuse('message', answerTo(origin), error);
  }

  /** Resolves when what was said has been answered. */
  idle(): Promise<void> {
    return this.#lanes.allIdle();
  }

  async #line(origin: Origin, body: string): Promise<void> {
    await this.#options.languages.ask(origin.from.bare, origin.lang);
    const talk = this.#talks.get(origin.from.bare);
    try {
      await (talk ? this.#reply(origin, talk, body) : this.#begin(origin, body));
    } catch (error) {
      const ended = talk ?? this.#talks.get(origin.from.bare);
      void this.#end(origin.from.bare);
      this.#fail(origin, error);
      this.#remind(origin, ended);
    }
  }

  async #begin(origin: Origin, body: string): Promise<void> {
    const { book, places } = this.#options;
    const [first = '', ...words] = wordsOf(body);
    // People used to other services write a slash.
    const word = first.replace(/^[!/]/, '').toLowerCase();
    const at = places.read(origin.to);
    const offered = await book.offered(origin.from, at);
    const command = offered.find(({ name }) => name === word);
    if (offered.length === 0) book.check(origin.from);
    if (!command) return this.#unknown(origin, word, offered);
    const dialogue = new Dialogue(command, { user: origin.from, at: at as CommandTarget });
    const step = await dialogue.start();
    if ('outcome' in step) return this.#outcome(origin, step.outcome);
    const answers = this.#said(origin, command, words, step.question);
    const talk: Talk = {
      name: command.name,
      node: command.node,
      dialogue,
      question: step.question,
      answers,
      secret: step.question.fields.some(({ name, type }) => type === 'secret' && Boolean(answers.get(name))),
      timer: undefined,
    };
    if (this.#talks.size >= MOST) throw new Refusal('too-fast', 'Too many people ask at once. Try again in a minute.');
    this.#talks.set(origin.from.bare, talk);
    if (talk.answers.size === 0) this.#introduce(origin, talk);
    return this.#next(origin, talk);
  }

  /** What was said with the command; what of it can't be meant is told, and then asked for. */
  #said(origin: Origin, command: Command, words: readonly string[], question: Question): Map<string, string> {
    const said = words[0]?.toLowerCase() === command.noise ? words.slice(1) : words;
    const tell = (error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      this.#say(origin, error.message);
    };
    if (command.fill) return readAll(command.fill(said, question), question, tell);
    try {
      return new Map(Object.entries(fillInOrder(said, question)));
    } catch (error) {
      tell(error);
      return new Map();
    }
  }

  #unknown(origin: Origin, word: string, offered: readonly Command[]): void {
    if (word === CANCEL || word === BACK) return this.#say(origin, 'There is nothing under way.');
    const near = suggest(
      word,
      offered.map(({ name }) => name),
    );
    this.#say(
      origin,
      near === undefined
        ? `I don't know “${shorten(word)}”. Write “help” to see what can be done here.`
        : `I don't know “${shorten(word)}”. Did you mean “${near}”? Write “help” to see what can be done here.`,
    );
  }

  async #reply(origin: Origin, talk: Talk, body: string): Promise<void> {
    clearTimeout(talk.timer);
    const said = body.trim().replace(PREFIX, '').toLowerCase();
    if (said === CANCEL) {
      await this.#end(origin.from.bare);
      this.#say(origin, 'Cancelled.');
      return this.#remind(origin, talk);
    }
    if (said === BACK) return this.#back(origin, talk);
    const field = openField(talk);
    if (!field) return this.#next(origin, talk);
    try {
      talk.answers.set(field.name, readAnswer(field, body, this.#langOf(origin)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#say(origin, error.message);
    }
    talk.secret ||= field.type === 'secret' && talk.answers.get(field.name) !== '';
    return this.#next(origin, talk);
  }

  /** Asks for the next field; when all are answered, hands them over. */
  async #next(origin: Origin, talk: Talk): Promise<void> {
    const field = openField(talk);
    if (!field) return this.#submit(origin, talk);
    this.#wait(origin, talk);
    this.#options.say(origin.from.full, ask(field, this.#langOf(origin)));
  }

  async #submit(origin: Origin, talk: Talk): Promise<void> {
    const { book, places } = this.#options;
    // Who was an administrator at the first word may be none any more.
    await book.at(origin.from, places.read(origin.to), talk.node);
    const step = await talk.dialogue.answer(Object.fromEntries(talk.answers));
    await this.#step(origin, talk, step);
  }

  async #back(origin: Origin, talk: Talk): Promise<void> {
    const last = [...talk.answers.keys()].at(-1);
    if (last === undefined) return this.#step(origin, talk, await talk.dialogue.back());
    talk.answers.delete(last);
    return this.#next(origin, talk);
  }

  async #step(origin: Origin, talk: Talk, step: Step): Promise<void> {
    if ('outcome' in step) {
      await this.#end(origin.from.bare);
      this.#outcome(origin, step.outcome);
      return this.#remind(origin, talk);
    }
    if (step.problem) this.#say(origin, step.problem.message);
    talk.question = step.question;
    talk.answers = new Map();
    if (!step.problem) this.#introduce(origin, talk);
    await this.#next(origin, talk);
  }

  #introduce(origin: Origin, { question }: Talk): void {
    const lang = this.#langOf(origin);
    const lines = [question.title, question.instructions ?? '', '“back” asks again, “cancel” ends this.'];
    const said = lines.filter((line) => line !== '').map((line) => translate(line, lang));
    this.#options.say(origin.from.full, said.join('\n'));
  }

  #outcome(origin: Origin, outcome: Outcome): void {
    const lang = this.#langOf(origin);
    const table = outcome.table ? `\n${tableText(outcome.table, lang)}` : '';
    this.#options.say(origin.from.full, outcomeText(outcome, lang) + table);
  }

  #wait(origin: Origin, talk: Talk): void {
    clearTimeout(talk.timer);
    talk.timer = setTimeout(() => {
      void this.#end(origin.from.bare);
      const text = `Nothing was answered for ten minutes, so “${talk.name}” is cancelled.`;
      this.#options.say(origin.from.bare, translate(text, this.#langOf(origin)));
    }, WAIT);
    talk.timer.unref();
  }

  async #end(user: string): Promise<void> {
    const talk = this.#talks.get(user);
    if (!talk) return;
    clearTimeout(talk.timer);
    this.#talks.delete(user);
    await talk.dialogue.cancel();
  }

  /** However it ended, a password stays where it was written. */
  #remind(origin: Origin, talk: Talk | undefined): void {
    if (talk?.secret) this.#say(origin, 'Now delete the line with your password from this chat.');
  }

  #say(origin: Origin, text: string): void {
    this.#options.say(origin.from.full, translate(text, this.#langOf(origin)));
  }

  #langOf({ from, lang }: Origin): string | undefined {
    return this.#options.languages.of(from.bare, lang);
  }
}

function openField({ question, answers }: Talk): QuestionField | undefined {
  return question.fields.find(({ name }) => !answers.has(name));
}

/** Answers as they are meant; those that can't be are told and left out. */
function readAll(answers: Answers, { fields }: Question, tell: (error: unknown) => void): Map<string, string> {
  const read = new Map<string, string>();
  for (const field of fields) {
    const answer = answers[field.name];
    try {
      if (answer !== undefined) read.set(field.name, readAnswer(field, answer));
    } catch (error) {
      tell(error);
    }
  }
  return read;
}
