/** Message Threads (XEP-0201). */

import { childText, type Element, escapeXml, tag, type Xml } from './xml.ts';

const LENGTH = 500;

/** The id of the thread; a longer one than any client makes is none. */
export function readThread(message: Element): string | undefined {
  const thread = childText(message, 'thread');
  return thread && thread.length <= LENGTH ? thread : undefined;
}

export function writeThread(thread: string): Xml {
  return tag('thread', {}, escapeXml(thread));
}
