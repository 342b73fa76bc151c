/** Names of single commands, which the server repeats in its answers (https://ircv3.net/specs/extensions/labeled-response). */

import { type Line, tagOf } from '../line.ts';
import type { Link } from '../link.ts';

export class Labels {
  #last = 0;

  next(): string {
    this.#last += 1;
    return this.#last.toString(36);
  }
}

/** A label for the next command; undefined where the server does not repeat them. */
export function nextLabel({ caps, labels }: Link): string | undefined {
  return caps.has('labeled-response') && caps.has('batch') ? labels.next() : undefined;
}

/** The label of what a line answers, be it that of the batch it is in. */
export function labelOf({ batches }: Link, line: Line): string | undefined {
  const own = tagOf(line, 'label');
  if (own !== undefined) return own;
  for (const { opening } of batches.around(line)) {
    const label = tagOf(opening, 'label');
    if (label !== undefined) return label;
  }
  return undefined;
}
