/** The gateway's own texts in the language of who reads them; the English text is the key. */

import { CZECH } from './locale-cs.ts';
import { GERMAN } from './locale-de.ts';

/** From an English text, in which `{0}` to `{9}` stand for values, to the same in another language. */
export type Dictionary = Readonly<Record<string, string>>;

/** What a text became, and in which language (RFC 5646) it is. */
export interface Spoken {
  readonly text: string;
  readonly lang: string;
}

interface Template {
  /** What stands around the values. */
  readonly parts: readonly string[];
  readonly text: string;
}
interface Language {
  readonly texts: ReadonlyMap<string, string>;
  /** The most definite first. */
  readonly templates: readonly Template[];
}

const VALUE = /\{\d\}/;
const ENGLISH = 'en';
/** Longer texts are the network's or a user's. */
const LONGEST = 2_000;
/** A sentence may hold a sentence: why something failed. */
const DEPTH = 2;

const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ['cs', languageFrom(CZECH)],
  ['de', languageFrom(GERMAN)],
]);

/** Languages there are texts in, by what they call themselves. */
export const LANGUAGE_NAMES: Readonly<Record<string, string>> = { en: 'English', de: 'Deutsch', cs: 'Čeština' };

/** The text in that language (`de-AT` is `de`), or as it is where there is none. */
export function translate(text: string, lang: string | undefined): string {
  return speak(text, lang).text;
}

/** The same with the language it is in then. */
export function speak(text: string, lang: string | undefined): Spoken {
  const name = lang?.split('-', 1)[0]?.toLowerCase() ?? ENGLISH;
  const language = LANGUAGES.get(name);
  const found = language && find(text, language, DEPTH);
  return found === undefined ? { text, lang: ENGLISH } : { text: found, lang: name };
}

function find(text: string, language: Language, depth: number): string | undefined {
  if (text.length > LONGEST) return undefined;
  const whole = language.texts.get(text);
  if (whole !== undefined) return whole;
  for (const template of language.templates) {
    const values = valuesIn(text, template.parts);
    if (values) return filled(template.text, values, (value) => inner(value, language, depth - 1));
  }
  return undefined;
}

/** A value is a name or a number, which stays what it is, unless it is a sentence of ours. */
function inner(value: string, language: Language, depth: number): string {
  return (depth > 0 && value.endsWith('.') && find(value, language, depth)) || value;
}

/** The values between the parts; undefined where the text is made from another template. */
function valuesIn(text: string, parts: readonly string[]): string[] | undefined {
  const [first = '', ...rest] = parts;
  if (!text.startsWith(first)) return undefined;
  const values: string[] = [];
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    const last = index === rest.length - 1;
    const next = last ? text.length - part.length : text.indexOf(part, at);
    if (next < at || (last && !text.endsWith(part))) return undefined;
    values.push(text.slice(at, next));
    at = next + part.length;
  }
  return values;
}

function filled(template: string, values: readonly string[], show: (value: string) => string): string {
  return template.replace(/\{(\d)\}/g, (_mark, index: string) => show(values[Number(index)] ?? ''));
}

function languageFrom(dictionary: Dictionary): Language {
  const entries = Object.entries(dictionary);
  const templates = entries
    .filter(([english]) => VALUE.test(english))
    .map(([english, text]) => ({ parts: english.split(VALUE), text, length: english.length }))
    .sort((one, other) => other.length - one.length);
  return { texts: new Map(entries.filter(([english]) => !VALUE.test(english))), templates };
}
