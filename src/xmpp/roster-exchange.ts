/** Roster item exchange (XEP-0144 1.1.1): suggests to a client what to have on the roster. */

import { NS } from './ns.ts';
import { child, type Element, escapeXml, tag, type Xml } from './xml.ts';

export interface Suggestion {
  readonly jid: string;
  readonly name?: string | undefined;
}

/** Items in one suggestion; XEP-0144 §6 calls more than 150 suspicious. */
export const SUGGESTIONS = 100;

/** Whether the disco#info result is of a client that takes suggestions (XEP-0144 §4). */
export function takesSuggestions(info: Element): boolean {
  const features = child(info, 'query', NS.discoInfo)?.getChildElements() ?? [];
  return features.some(({ name, attrs }) => name === 'feature' && attrs['var'] === NS.rosterExchange);
}

/** One kind of change, as XEP-0144 §6 has it; the name is needed to add alone. */
export function suggestions(action: 'add' | 'delete', items: readonly Suggestion[], group: string): Xml {
  const all = items.map(({ jid, name }) =>
    action === 'add'
      ? tag('item', { action, jid, name }, tag('group', {}, escapeXml(group)))
      : tag('item', { action, jid }),
  );
  return tag('x', { xmlns: NS.rosterExchange }, ...all);
}
