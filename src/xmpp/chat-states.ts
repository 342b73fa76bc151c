/** Chat State Notifications (XEP-0085), of which networks know whether somebody is typing. */

import { writeHint } from './hints.ts';
import { NS } from './ns.ts';
import { child, type Element, tag } from './xml.ts';

const STATES = ['composing', 'paused', 'active', 'inactive', 'gone'] as const;

/** Whether the sender is typing; undefined where the message doesn't tell. */
export function readTyping(message: Element): boolean | undefined {
  const state = STATES.find((name) => child(message, name, NS.chatStates));
  return state === undefined ? undefined : state === 'composing';
}

/**
 * XEP-0085 §5.6: neither kept nor shown late. Networks don't tell a pause from having sent or dropped what was typed, so
 * the end is `active`: clients would go on to show a pause.
 */
export function writeTyping(on: boolean): string {
  return tag(on ? 'composing' : 'active', { xmlns: NS.chatStates }) + writeHint('no-store');
}
