/** What all stanzas the gateway writes have in common. Pure: each is made once and sent to many. */

import type { Presence } from '#src/network.ts';
import { NS } from '#src/xmpp/ns.ts';
import { escapeXml } from '#src/xmpp/xml.ts';

/** A stanza but for its receiver, whose escaped address goes between `head` and `tail`. */
export interface Stanza {
  readonly head: string;
  readonly tail: string;
}

/** Sends a stanza to one JID. */
export type Send = (stanza: Stanza, to: string) => void;

/** A message this old, in ms, tells when it was said. */
export const OLD = 30_000;

/** When it was said, where that is not about now. */
export function delayed(from: string, at: Date | undefined): string {
  return at && Date.now() - at.getTime() >= OLD ? delay(from, at) : '';
}

/** XEP-0203 §3. */
export function delay(from: string, at: Date): string {
  return `<delay xmlns='${NS.delay}' from='${escapeXml(from)}' stamp='${at.toISOString()}'/>`;
}

/** The availability in a presence. */
export function show(state: Presence | undefined): string {
  if (!state) return '';
  const show = state.show === 'online' || state.show === 'offline' ? '' : `<show>${state.show}</show>`;
  return show + (state.status ? `<status>${escapeXml(state.status)}</status>` : '');
}
