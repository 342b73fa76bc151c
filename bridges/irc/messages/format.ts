/** mIRC formatting codes (modern.ircdocs.horse/formatting) to text and markup; colours and the like are dropped. */

import type { Content, Span } from '#src/network.ts';

const STYLES: Readonly<Record<string, Span['as']>> = {
  '\x02': 'strong',
  '\x1d': 'emphasis',
  '\x1e': 'strike',
  '\x11': 'code',
};
const RESET = '\x0f';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the codes are control characters.
const CODES = /\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[\da-f]{6}(?:,[\da-f]{6})?)?|[\x00-\x08\x0a-\x1f\x7f]/gi;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const ANY_CODE = /[\x00-\x08\x0a-\x1f\x7f]/;

/** Text without codes, where nothing can be formatted. */
export function withoutFormat(raw: string): string {
  return readFormat(raw).text;
}

/** Text without codes, with the spans they stand for; control characters that mean nothing are dropped too. */
export function readFormat(raw: string): Pick<Content, 'text' | 'markup'> {
  if (!ANY_CODE.test(raw)) return { text: raw };
  const open = new Map<Span['as'], number>();
  const markup: Span[] = [];
  let text = '';
  let at = 0;
  const close = (as: Span['as'], from: number) => {
    if (from < text.length) markup.push({ from, to: text.length, as });
    open.delete(as);
  };
  for (const match of raw.matchAll(CODES)) {
    text += raw.slice(at, match.index);
    at = match.index + match[0].length;
    const as = STYLES[match[0]];
    const from = as && open.get(as);
    if (as && from !== undefined) close(as, from);
    else if (as) open.set(as, text.length);
    else if (match[0] === RESET) for (const [style, start] of open) close(style, start);
  }
  text += raw.slice(at);
  for (const [style, start] of open) close(style, start);
  return markup.length === 0 ? { text } : { text, markup };
}
