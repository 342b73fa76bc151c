/** XML for tests: elements as the link delivers them, and the judgement of another parser. */

import xml from '@xmpp/xml';
import { SaxesParser } from 'saxes';
import type { Element } from '#src/xmpp/xml.ts';

/** Parses one element as if it came over a component's stream. */
export function element(text: string): Element {
  const parser = new xml.Parser();
  const found: Element[] = [];
  parser.on('element', (element: Element) => found.push(element));
  parser.write(
    `<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'>${text}`,
  );
  const [first] = found;
  if (!first) throw new Error(`Not one element: ${text}`);
  return first;
}

/** Throws unless the content is well-formed. */
export function assertWellFormed(content: string): void {
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw new Error(`${error.message} in ${JSON.stringify(content)}`);
  });
  parser.write(`<stream xmlns='jabber:component:accept'>${content}</stream>`).close();
}
