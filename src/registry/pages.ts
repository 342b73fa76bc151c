/** Reads a long table page by page, so that a start-up with many rows holds one page and no lock. */

import { Refusal } from '#src/network.ts';

/** Rows asked for at once. */
export const PAGE = 500;

/** Every row, in key order; `read` gives up to `PAGE` rows that come after `last`. */
export async function* paged<Row>(read: (last: Row | undefined) => Promise<readonly Row[]>): AsyncGenerator<Row> {
  let page: readonly Row[] = [];
  do {
    page = await read(page.at(-1));
    yield* page;
  } while (page.length === PAGE);
}

/** Opens each row; one that can't be unsealed goes to `unreadable` and does not stop the rest. */
export async function* opened<Row, Value>(
  rows: AsyncIterable<Row>,
  open: (row: Row) => Value,
  unreadable: (refusal: Refusal) => void,
): AsyncGenerator<Value> {
  for await (const row of rows) {
    let value: Value;
    try {
      value = open(row);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      unreadable(error);
      continue;
    }
    yield value;
  }
}
