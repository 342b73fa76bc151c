/** Explicit Mentions (XEP-0513). */

import { fromCodePoints, inCodePoints, type Stretch } from '#src/text/stretch.ts';
import { NS } from './ns.ts';
import { attr, type Element, tag, type Xml } from './xml.ts';

/** A stretch of the body that names whoever has that occupant-id or JID, or everybody in the room. */
export interface Named extends Stretch {
  readonly who: { readonly occupantId: string } | { readonly jid: string } | 'everyone';
}

const MOST = 50;
const CHANNEL = `${NS.mentions}#channel`;

/** Those that are to be told of it, and say where in `body` they are named. */
export function readMentions(message: Element, body: string): readonly Named[] {
  const elements = message.getChildren('mention', NS.mentions).slice(0, MOST);
  return elements.flatMap((element) => {
    const stretch = fromCodePoints(body, attr(element, 'begin'), attr(element, 'end'));
    const who = element.getChild('noping', NS.mentions) ? undefined : whoOf(element);
    return stretch && who ? [{ ...stretch, who }] : [];
  });
}

function whoOf(element: Element): Named['who'] | undefined {
  const group = attr(element, 'mentions');
  if (group !== undefined) return group === CHANNEL && attr(element, 'uri') === undefined ? 'everyone' : undefined;
  const [occupantId, jid] = [attr(element, 'occupantid'), attr(element, 'jid')];
  if (occupantId) return { occupantId };
  return jid ? { jid } : undefined;
}

export function writeMentions(body: string, mentions: readonly Named[]): string {
  return mentions
    .slice(0, MOST)
    .map((mention) => writeMention(body, mention))
    .join('');
}

function writeMention(body: string, { who, ...stretch }: Named): Xml {
  const { from: begin, to: end } = inCodePoints(body, stretch);
  const name =
    who === 'everyone' ? { mentions: CHANNEL } : 'jid' in who ? { jid: who.jid } : { occupantid: who.occupantId };
  return tag('mention', { xmlns: NS.mentions, begin, end, ...name });
}
