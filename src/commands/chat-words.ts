/** What is said in a chat with the host: from a line to words and answers, and from questions to lines. Pure. */

import type { Question, QuestionField } from '#src/commands/command.ts';
import { type Answers, Refusal } from '#src/network.ts';
import { translate } from '#src/text/locale.ts';

type Lang = string | undefined;

const WORD = /"([^"]*)"|[“„]([^“”]*)[“”]|(\S+)/gu;
const YES: ReadonlySet<string> = new Set(['yes', 'y', 'true', '1', 'on', 'ja', 'j', 'ano', 'a']);
const NO: ReadonlySet<string> = new Set(['no', 'n', 'false', '0', 'off', 'nein', 'ne']);
/** Before a command where the host is an account, to which lines go that are for its network. */
export const PREFIX = '!';
/** Keeps what is there. */
const KEEP = '-';

/** The words of a line; quotes hold several together. */
export function wordsOf(line: string): string[] {
  return Array.from(line.matchAll(WORD), ([, plain, curly, word]) => plain ?? curly ?? word ?? '');
}

/** The words fill the fields in order, secrets aside; where there is one field, it takes them all. */
export function fillInOrder(words: readonly string[], { fields }: Question): Answers {
  const open = fields.filter(({ type }) => type !== 'secret');
  if (words.length === 0) return {};
  const [only, ...others] = open;
  if (only && others.length === 0) return { [only.name]: readAnswer(only, words.join(' ')) };
  if (words.length > open.length) {
    throw new Refusal('invalid', `Those are more than ${open.length} words. Put those that belong together in quotes.`);
  }
  return Object.fromEntries(words.map((word, at) => answerTo(open[at], word)));
}

function answerTo(field: QuestionField | undefined, word: string): [string, string] {
  return field ? [field.name, readAnswer(field, word)] : ['', ''];
}

/** `preferences typing no` changes one and leaves the rest; of a field of several lines each word is one. */
export function fillNamed(command: string): (words: readonly string[], question: Question) => Answers {
  return ([name = '', ...said], { fields }) => {
    if (name === '') return {};
    const field = fields.find((each) => each.name.toLowerCase() === name.toLowerCase());
    const one = field?.type === 'flag' || field?.type === 'choice';
    if (!field || said.length === 0 || (one && said.length > 1)) {
      const names = fields.map((each) => each.name).join(', ');
      throw new Refusal('invalid', `Write “${command} <name> <value>”; the names are ${names}.`);
    }
    const value = said.join(field.type === 'lines' || field.type === 'choices' ? '\n' : ' ');
    return { ...Object.fromEntries(fields.map((each) => [each.name, each.value ?? ''])), [field.name]: value };
  };
}

/** What was said to a question about one field; refuses what can't be meant. */
export function readAnswer(field: QuestionField, line: string, lang?: Lang): string {
  // A password may begin or end with a space, or be in quotes.
  const text = field.type === 'secret' ? line : unquoted(line.trim());
  if (line.trim() === KEEP) return keep(field);
  if (field.type === 'flag') return readYes(text);
  return field.type === 'choice' ? readChoice(field, text, lang) : text;
}

function keep({ value, optional, label }: QuestionField): string {
  if (value === undefined && !optional) throw new Refusal('invalid', `“${label}” can't stay empty.`);
  return value ?? '';
}

function unquoted(text: string): string {
  return text.length > 1 && /^["“„].*["“”]$/su.test(text) ? text.slice(1, -1) : text;
}

function readYes(text: string): string {
  const word = text.toLowerCase();
  if (YES.has(word)) return 'true';
  if (NO.has(word)) return 'false';
  throw new Refusal('invalid', 'Answer “yes” or “no”.');
}

/** A choice is named by itself, by what it is called, by its number in the list, or, an address, by how it begins. */
function readChoice({ choices = [], labels }: QuestionField, text: string, lang: Lang): string {
  const wanted = text.toLowerCase();
  const named = choices.find((choice) => choice.toLowerCase() === wanted);
  const called = choices.find((_, at) => labels?.[at] && translate(labels[at], lang).toLowerCase() === wanted);
  const numbered = /^\d{1,3}$/.test(text) ? choices[Number(text) - 1] : undefined;
  const found = named ?? called ?? numbered ?? addressed(choices, wanted);
  if (found === undefined) throw new Refusal('invalid', 'Answer with one of the list, or its number.');
  return found;
}

/** Of `spammer@host` people write `spammer`, and of `#dev%server` `#dev`; undefined where that fits several. */
function addressed(choices: readonly string[], wanted: string): string | undefined {
  const fitting = choices.filter(
    (choice) => /^[@%]/.test(choice.slice(wanted.length)) && choice.toLowerCase().startsWith(wanted),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** A question about one field. */
export function ask(field: QuestionField, lang: Lang): string {
  const lines = [`${translate(field.label, lang)}${field.type === 'flag' ? ` ${translate('(yes or no)', lang)}` : ''}`];
  for (const [at, choice] of (field.type === 'choice' ? (field.choices ?? []) : []).entries()) {
    const label = field.labels?.[at];
    lines.push(`${at + 1}. ${label === undefined ? choice : translate(label, lang)}`);
  }
  if (field.type === 'secret') lines.push(translate(SECRET, lang));
  if (field.value !== undefined && field.type !== 'secret') lines.push(kept(field, lang));
  else if (field.optional) lines.push(translate('“-” leaves it empty.', lang));
  return lines.join('\n');
}

const SECRET =
  'What you write in a chat can stay on your devices and your server: if your client has a form for this command, use that. Else write it here, then delete the line.';

function kept(field: QuestionField, lang: Lang): string {
  const at = field.choices?.indexOf(field.value ?? '') ?? -1;
  const label = field.type === 'flag' ? (field.value === 'true' ? 'yes' : 'no') : field.labels?.[at];
  const value = label === undefined ? (field.value ?? '') : translate(label, lang);
  return value === '' ? translate('“-” leaves it empty.', lang) : translate(`Now: ${value}. “-” keeps it.`, lang);
}
