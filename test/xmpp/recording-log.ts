/** A log whose lines a test can read. */

import { createLog, type Log } from '#src/log.ts';

/** The log and its lines, each as parsed JSON's text. */
export function recordingLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  return { log: createLog('debug', { write: (line: string) => lines.push(line) }), lines };
}
