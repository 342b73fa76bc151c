/** Lists of mode changes as lines have them: `+o-v juliet romeo` (RFC 1459 §4.2.3). */

import type { Isupport } from '../connection/isupport.ts';

export interface ModeChange {
  readonly sign: '+' | '-';
  readonly mode: string;
  readonly param?: string;
}

/** `[modes, ...params]` as single changes; which modes have a parameter is the server's to say. */
export function readModes(isupport: Isupport, [modes = '', ...params]: readonly string[]): ModeChange[] {
  const { always, whenSet } = isupport.parameterModes;
  const withParam = always + isupport.prefixes.map(({ mode }) => mode).join('');
  const changes: ModeChange[] = [];
  let sign: ModeChange['sign'] = '+';
  for (const mode of modes) {
    if (mode === '+' || mode === '-') {
      sign = mode;
      continue;
    }
    const takes = withParam.includes(mode) || (sign === '+' && whenSet.includes(mode));
    const param = takes ? params.shift() : undefined;
    changes.push({ sign, mode, ...(param !== undefined && { param }) });
  }
  return changes;
}

/** The changes as one MODE has them: `+m-o nick`. */
export function formatModes(changes: readonly ModeChange[]): string {
  let sign = '';
  let modes = '';
  for (const change of changes) {
    modes += change.sign === sign ? change.mode : change.sign + change.mode;
    sign = change.sign;
  }
  return [modes, ...changes.flatMap(({ param }) => param ?? [])].join(' ');
}
