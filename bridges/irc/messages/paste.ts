/** A text of many lines as its first line and the address of a page that shows all of it. */

import type { Content } from '#src/network.ts';
import { shorten } from '#src/text/shorten.ts';
import type { Link } from '../link.ts';

const BEGINNING = 200;

/** Undefined where the gateway has no place for such pages. */
export async function pasted({ host }: Link, { text, style, reply }: Content): Promise<Content | undefined> {
  const url = await host.share(text);
  if (url === undefined) return undefined;
  return { text: `${shorten(text, BEGINNING)} ${url}`, ...(style && { style }), ...(reply && { reply }) };
}
