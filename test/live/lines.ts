/** Cuts a stream into lines at LF alone: node:readline would cut at U+2028 and lone CR too. */

import type { Readable } from 'node:stream';

export function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line.endsWith('\r') ? line.slice(0, -1) : line);
  });
}
