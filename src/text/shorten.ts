/** One line of a text, short enough to stand in another. */

/** Characters of a quote, and of a name. */
const QUOTE = 80;

/** The first line that says something, cut at a word where it is too long; `…` tells that there is more. */
export function shorten(text: string, most = QUOTE): string {
  const lines = text.split('\n').map((line) => line.trim());
  const line = lines.find((one) => one !== '') ?? '';
  const more = lines.filter((one) => one !== '').length > 1;
  if (line.length <= most) return more ? `${line} …` : line;
  const start = line
    .slice(0, most)
    .toWellFormed()
    .replace(/\ufffd$/, '');
  const space = start.lastIndexOf(' ');
  return `${space > most / 2 ? start.slice(0, space) : start}…`;
}
