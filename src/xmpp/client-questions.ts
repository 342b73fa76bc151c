/** Questions to a user's client (XEP-0199, XEP-0092, XEP-0202), and what it answers in words. */

import { type Question, Refusal } from '#src/network.ts';
import { NS } from './ns.ts';
import { child, childText, type Element, tag, type Xml } from './xml.ts';

/** Characters of an answer; it goes out in one line of text. */
const ANSWER = 200;
/** XEP-0082 §3.2: a moment in UTC, and the difference of a place's own time to it. */
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const OFFSET = /^(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

export function questionFor(what: Question): Xml {
  switch (what) {
    case 'ping':
      return tag('ping', { xmlns: NS.ping });
    case 'version':
      return tag('query', { xmlns: NS.version });
    case 'time':
      return tag('time', { xmlns: NS.time });
  }
}

/** The answer as `Session.ask` has it; refuses one that says nothing. */
export function answerIn(what: Question, result: Element): string {
  if (what === 'ping') return '';
  const answer = what === 'version' ? versionIn(result) : timeIn(result);
  if (answer) return answer;
  throw new Refusal('unsupported', 'The client answered nothing that can be read.');
}

/** The operating system is nobody's business (XEP-0092 §5). */
function versionIn(result: Element): string {
  const query = child(result, 'query', NS.version);
  const words = ['name', 'version'].map((name) => (query && childText(query, name)) ?? '');
  return words.join(' ').replace(/\s+/g, ' ').trim().slice(0, ANSWER);
}

function timeIn(result: Element): string | undefined {
  const time = child(result, 'time', NS.time);
  const [utc = '', tzo = ''] = ['utc', 'tzo'].map((name) => time && childText(time, name)?.trim());
  const at = UTC.test(utc) ? Date.parse(utc) : Number.NaN;
  return Number.isNaN(at) || !OFFSET.test(tzo) ? undefined : localTime(at, tzo);
}

/** A moment (in ms) as the clock of a place shows it. */
function localTime(at: number, tzo: string): string {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(tzo) ?? [];
  const offset = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
  const local = new Date(at + offset * 60_000).toISOString().slice(0, 19);
  return `${local}${sign ? tzo : '+00:00'}`;
}
