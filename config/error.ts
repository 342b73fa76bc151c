/** The one error of everything that is read at start. */

/** What is wrong at one place, in words that never hold a secret. */
export interface Problem {
  /** Key, line or file it is about. */
  readonly where: string;
  readonly text: string;
  /** A line that would be right there. */
  readonly example?: string | undefined;
}

/** Thrown when the gateway may not start; `message` lists every problem found in `file`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super([`${file} has ${count}:`, ...problems.map(write)].join('\n'));
    this.problems = problems;
  }
}

function write({ where, text, example }: Problem): string {
  return example === undefined ? `- ${where}: ${text}` : `- ${where}: ${text}\n  Example: ${example}`;
}
