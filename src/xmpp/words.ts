/** What a client wrote: its text without what stands in for extensions, and what the extensions say of it. */

import type { Words } from '#src/intent.ts';
import type { Span } from '#src/network.ts';
import { cutOut, type Stretch } from '#src/text/stretch.ts';
import { readFallback } from './fallback-ranges.ts';
import { readFiles } from './files.ts';
import { readMarkup } from './markup.ts';
import { readMentions } from './mentions.ts';
import { NS } from './ns.ts';
import { readReply } from './replies.ts';
import { readSpoiler } from './spoilers.ts';
import { readThread } from './threads.ts';
import { readXhtml } from './xhtml.ts';
import { child, type Element } from './xml.ts';

/** XEP-0245. */
const ME = '/me ';
/** Children that say nothing of a message's text; `body` is in the namespace of the stream. */
const PLAIN: ReadonlySet<string> = new Set([
  NS.stableId,
  NS.receipts,
  NS.chatMarkers,
  NS.chatStates,
  NS.hints,
  'http://jabber.org/protocol/nick',
]);

/** Whether nothing but a body, ids and requests is in it, as with most messages. */
export function isPlain(message: Element): boolean {
  return message.getChildElements().every((one) => one.name === 'body' || PLAIN.has(one.getNS() ?? ''));
}

/** The same of a plain message. */
export function plainWords(body: string): Words {
  return body.startsWith(ME) ? { text: body.slice(ME.length), style: 'action' } : { text: body };
}

export function readWords(message: Element, body: string): Words {
  const reply = readReply(message);
  const quotes = reply ? readFallback(message, NS.reply, body) : [];
  const rest = cutOut(body, quotes).text;
  // Without its fallback nothing would be left: then it is none.
  const cuts = rest.trim() === '' ? [] : quotes;
  const style = (cuts.length > 0 ? rest : body).startsWith(ME) ? 'action' : undefined;
  const mentions = readMentions(message, body);
  const { text, stretches } = strip(body, cuts, style, mentions);
  const [thread, spoiler, files] = [readThread(message), readSpoiler(message), readFiles(message)];
  return {
    text,
    ...(style && { style }),
    ...formattingOf(message, body, (spans) => strip(body, cuts, style, spans)),
    ...(stretches.length > 0 && { mentions: stretches }),
    ...(reply && { reply: { ...reply, quote: cuts.map(({ from, to }) => body.slice(from, to)).join('') } }),
    ...(thread !== undefined && { thread }),
    ...(spoiler !== undefined && { spoiler }),
    ...(files.length > 0 && { files }),
  };
}

/** The body without `cuts` and without `/me`, and stretches of it where they are then. */
function strip<S extends Stretch>(
  body: string,
  cuts: readonly Stretch[],
  style: Words['style'],
  stretches: readonly S[],
) {
  const first = cutOut(body, cuts, stretches);
  return style ? cutOut(first.text, [{ from: 0, to: ME.length }], first.stretches) : first;
}

/** Markup beside the body goes before that of XHTML, which has a text of its own. */
function formattingOf(
  message: Element,
  body: string,
  stripped: (spans: readonly Span[]) => { text: string; stretches: readonly Span[] },
): Pick<Words, 'formatted' | 'unstyled'> {
  const unstyled = child(message, 'unstyled', NS.styling) ? { unstyled: true } : {};
  const spans = readMarkup(message, body);
  if (!spans) {
    const formatted = readXhtml(message);
    return { ...(formatted && { formatted }), ...unstyled };
  }
  const { text, stretches: markup } = stripped(spans);
  return { formatted: { text, markup }, ...unstyled };
}
