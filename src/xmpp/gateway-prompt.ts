/** jabber:iq:gateway: from what a person types for a contact to its JID (XEP-0100 §6.3). */

import { type Network, Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import { speak } from '#src/text/locale.ts';
import { shorten } from '#src/text/shorten.ts';
import type { IqTable } from '#src/xmpp/iq.ts';
import { NS } from '#src/xmpp/ns.ts';
import { childText, escapeXml, tag } from '#src/xmpp/xml.ts';

export function gatewayPrompt(network: Network, places: Places): IqTable {
  return {
    [`get ${NS.gateway}`]: ({ lang }) => {
      const desc = speak(network.prompt.desc, lang);
      return tag(
        'query',
        { xmlns: NS.gateway, 'xml:lang': desc.lang },
        tag('desc', {}, escapeXml(desc.text)),
        tag('prompt', {}, escapeXml(speak(network.prompt.label, lang).text)),
      );
    },
    [`set ${NS.gateway}`]: ({ payload }) => {
      const typed = childText(payload, 'prompt')?.trim() ?? '';
      const contact = network.contact(typed);
      const jid = contact && places.of(contact);
      if (!jid) throw new Refusal('invalid', `“${shorten(typed)}” is no address here. ${network.prompt.desc}`);
      return tag('query', { xmlns: NS.gateway }, tag('jid', {}, escapeXml(jid)));
    },
  };
}
