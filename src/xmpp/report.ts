/** Reports of spam and abuse that come with a block (XEP-0377 0.4.1): read, and as an administrator is told of them. */

import type { Report } from '#src/blocks.ts';
import { NS } from './ns.ts';
import { attr, child, childText, type Element } from './xml.ts';

/** Of a reporter's text, the most that is passed on. */
const TEXT = 1_000;
/** §4; any other reason is abuse of some kind. */
const SPAM = 'urn:xmpp:reporting:spam';

/** The report in an item of a `<block/>`; undefined where there is none. */
export function readReport(item: Element): Report | undefined {
  const report = child(item, 'report', NS.reporting);
  if (!report) return undefined;
  const text = (childText(report, 'text') ?? '').trim().slice(0, TEXT);
  return { reason: attr(report, 'reason') === SPAM ? 'spam' : 'abuse', text };
}

/** What an administrator reads; the two addresses are bare JIDs. */
export function describeReport(user: string, contact: string, { reason, text }: Report): string {
  const quoted = text && ` It says: “${text.replaceAll(/\s+/g, ' ')}”`;
  return `${user} has blocked ${contact} and reports it for ${reason}.${quoted}`;
}
