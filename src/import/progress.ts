/** How far a long work is: a bar on a terminal, else a line each tenth. */

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

const BAR = 30;
/** Between two pictures of the bar, in ms. */
const PICTURE = 100;

/** Gives what is to be called with how much is done; what is done in all may turn out to be more, or less. */
export function progress(output: Output, total: number, what: string): (done: number) => void {
  return output.isTTY === true ? bar(output, total, what) : tenths(output, total, what);
}

function bar(output: Output, total: number, what: string): (done: number) => void {
  const started = performance.now();
  let shown = Number.NEGATIVE_INFINITY;
  return (done) => {
    const now = performance.now();
    const over = done >= total;
    if (!over && now - shown < PICTURE) return;
    shown = now;
    const part = total === 0 ? 1 : Math.min(1, done / total);
    const full = '#'.repeat(Math.round(part * BAR)).padEnd(BAR, '.');
    const left = done === 0 ? '' : `, ${duration(((now - started) / done) * (total - done))} left`;
    const text = `[${full}] ${percent(part)} of ${total.toLocaleString('en')} ${what}${over ? '' : left}`;
    // Erases the rest of the line (ECMA-48, EL).
    output.write(`\r${text}\u001b[K${over ? '\n' : ''}`);
  };
}

function tenths(output: Output, total: number, what: string): (done: number) => void {
  let told = 0;
  return (done) => {
    const tenth = total === 0 ? 10 : Math.min(10, Math.floor((done / total) * 10));
    if (tenth <= told) return;
    told = tenth;
    output.write(`${percent(tenth / 10)} of ${total.toLocaleString('en')} ${what}\n`);
  };
}

function percent(part: number): string {
  return `${Math.floor(part * 100)} %`.padStart(5);
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
