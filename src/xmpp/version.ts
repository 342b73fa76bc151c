/** Software version (XEP-0092): `jabber:iq:version`. */

import type { AskPerson } from '#src/asking.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { IqTable } from './iq.ts';
import { NS } from './ns.ts';
import { escapeXml, tag, type Xml } from './xml.ts';

/** The operating system is nobody's business (XEP-0092 §5). */
const OURS = answer('Isthmus', manifest.version);

/** People have programs of their own; the rest is the gateway. */
export function version(ask: AskPerson): IqTable {
  return {
    [`get ${NS.version}`]: async (request) => {
      const told = await ask(request, 'version');
      return told === undefined ? OURS : theirs(told);
    },
  };
}

/** Other networks have one text for both: a version is what begins with a digit. */
function theirs(told: string): Xml {
  const [, name = told, number = ''] = /^(.*?\S)\s+(v?\d.*)$/.exec(told) ?? [];
  return answer(name, number);
}

function answer(name: string, number: string): Xml {
  return tag('query', { xmlns: NS.version }, tag('name', {}, escapeXml(name)), tag('version', {}, escapeXml(number)));
}
