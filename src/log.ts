/** The log: JSON lines by pino. A message is a fixed sentence, facts are fields; never a body, never a secret. */

import { type DestinationStream, pino } from 'pino';

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: { part: string } & Record<string, unknown>): Log;
}
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Field names whose value is a secret wherever they stand; a test plants one under each. */
export const SECRET_FIELDS = ['secret', 'password', 'settings', 'key', 'token', 'body', 'text'];

/** A log that writes lines of JSON to `out` (standard output when absent). */
export function createLog(level: LogLevel, out?: DestinationStream): Log {
  const paths = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, base: null, redact: { paths, censor: '[secret]' } }, ...(out ? [out] : []));
}
