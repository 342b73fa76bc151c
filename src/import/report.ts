/** What an import could not bring over: each reason once, how often, and whom it concerns. */

/** Who and what, of those with the same reason, are named. */
const NAMED = 3;
const LENGTH = 80;
/** Reasons that are told apart; some have a name of the database in them. */
const REASONS = 500;

export class Report {
  readonly #reasons = new Map<string, { count: number; readonly whom: Set<string> }>();

  /** Notes that something is left out; `whom` is a user, a room or a file. */
  lost(sentence: string, whom: string): void {
    const known = this.#reasons.get(sentence);
    if (!known && this.#reasons.size >= REASONS) return this.lost('More is left out for reasons like these.', whom);
    const reason = known ?? { count: 0, whom: new Set<string>() };
    this.#reasons.set(sentence, reason);
    reason.count += 1;
    if (whom !== '' && reason.whom.size < NAMED) reason.whom.add(printable(whom));
  }

  /** One line a reason, the most frequent first. */
  lines(): string[] {
    const reasons = [...this.#reasons].sort(([, one], [, other]) => other.count - one.count);
    return reasons.map(([sentence, { count, whom }]) => {
      const named = [...whom, ...(count > whom.size ? ['…'] : [])].join(', ');
      return `${count.toLocaleString('en')} × ${sentence} (${named})`;
    });
  }
}

/** What stands in a database may be meant for the terminal. */
export function printable(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return plain.length > LENGTH ? `${plain.slice(0, LENGTH)}…` : plain;
}
