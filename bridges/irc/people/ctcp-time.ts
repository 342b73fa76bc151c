/** Times in CTCP answers: free text there, ISO 8601 with the place's offset here. */

const ZONE = /\s*(?:\b(?:UTC|GMT|Z)\b|Z$)?\s*([+-])(\d\d):?(\d\d)\b|\s*(?:\b(?:UTC|GMT)\b|Z$)/;
/** Abbreviations of time zones mean several things, and are not read. */
const ABBREVIATION = /\s+\(?[A-Z]{2,5}\)?$/;
const QUARTER = 15 * 60_000;
const MOST_OFFSET = 14 * 3_600_000;
/** Characters that are looked at. */
const LENGTH = 100;

/** Undefined when it can't be read. Without an offset it is guessed: two clocks that go right differ by quarters of hours. */
export function readTime(text: string, now = Date.now()): string | undefined {
  const words = text.trim().slice(0, LENGTH);
  const zone = ZONE.exec(words);
  const plain = (zone ? words.replace(zone[0], '') : words).replace(ABBREVIATION, '').trim();
  const local = [`${plain} UTC`, `${plain}Z`].map(Date.parse).find((ms) => !Number.isNaN(ms));
  if (local === undefined) return undefined;
  const offset = zone ? statedOffset(zone) : Math.round((local - now) / QUARTER) * QUARTER;
  if (Math.abs(offset) > MOST_OFFSET) return undefined;
  const stamp = new Date(local).toISOString();
  // Years have four digits in XEP-0082, and the last that a date can hold has no offset.
  return /^\d{4}-/.test(stamp) ? `${stamp.slice(0, 19)}${writeOffset(offset)}` : undefined;
}

function statedOffset([, sign, hours, minutes]: RegExpExecArray): number {
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}

function writeOffset(ms: number): string {
  const minutes = Math.abs(ms) / 60_000;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((count) => String(count).padStart(2, '0'));
  return `${ms < 0 ? '-' : '+'}${hours}:${rest}`;
}

/** As programs on IRC write it: `Sat, 21 Nov 2026 16:30:35 +0100`. */
export function writeTime(iso: string): string {
  return new Date(`${iso.slice(0, 19)}Z`).toUTCString().replace('GMT', iso.slice(19).replace(':', ''));
}
