/** Finds the texts for people in the project's own sources, as the dictionaries have them. */

import { readdirSync, readFileSync } from 'node:fs';

const LITERAL = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm;
/** Whatever is between here and the next literal is no text for people. */
const REFUSAL = /new Refusal\(\s*(?:'[a-z-]+'|error\.why),\s*$/;

/** Text of a literal; values in it become `{0}`, `{1}` … */
function textOf(match: RegExpMatchArray): string {
  const raw = match[1] ?? match[2] ?? match[3] ?? '';
  let values = 0;
  const marked = match[3] === undefined ? raw : withoutValues(raw, () => `{${values++}}`);
  return marked.replaceAll("\\'", "'").replaceAll('\\n', '\n');
}

/** Replaces each `${…}`, which may hold braces. */
function withoutValues(raw: string, mark: () => string): string {
  let text = '';
  let depth = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const value = raw.startsWith('${', at);
    if (value && depth === 0) text += mark();
    if (!value && depth === 0) text += raw[at];
    if (value) at += 1;
    if (value || (depth > 0 && raw[at] === '{')) depth += 1;
    else if (depth > 0 && raw[at] === '}') depth -= 1;
  }
  return text;
}

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`);
}

/** Every literal of the sources with what stands before it. */
function* literals(files: readonly string[]): Generator<{ readonly text: string; readonly before: string }> {
  for (const file of files) {
    const source = readFileSync(file, 'utf8').replace(COMMENT, '');
    for (const match of source.matchAll(LITERAL)) {
      yield { text: textOf(match), before: source.slice(Math.max(0, match.index - 60), match.index) };
    }
  }
}

const NAMED = /(?:title|label|summary|instructions|desc):\s*$/;
const LABELS = /labels:\s*\[[^\]]*$/;
const TEXT_CALL = /(?:text|secret)\('[^']*',\s*$/;

/** Texts of commands and prompts: whatever has words in it, or is named as a text. */
export function promptTexts(files: readonly string[]): Set<string> {
  const texts = new Set<string>();
  for (const { text, before } of literals(files)) {
    const named = NAMED.test(before) || LABELS.test(before) || TEXT_CALL.test(before);
    if (/\p{L}/u.test(text) && (named || (/ /.test(text) && !/^[#\w./-]+$/.test(text)))) texts.add(text);
  }
  return texts;
}

/** Sentences of refusals. */
export function refusalTexts(folder: string): Set<string> {
  const found = [...literals(filesIn(folder))].filter(({ before }) => REFUSAL.test(before));
  return new Set(found.map(({ text }) => text));
}
