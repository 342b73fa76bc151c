/** What came of a command, in the language of who gave it. Pure. */

import type { Outcome, Table } from '#src/commands/command.ts';
import { translate } from '#src/text/locale.ts';

type Lang = string | undefined;

/** Rows of a table that are told in a chat. */
const ROWS = 100;

/** All that an outcome says, without its table. */
export function outcomeText({ lines, open }: Outcome, lang: Lang): string {
  const said = lines.map((line) => translate(line, lang));
  const link = open && (open.room ? `xmpp:${open.jid}?join` : `xmpp:${open.jid}`);
  return [...said, ...(link === undefined ? [] : [link])].join('\n');
}

/** A row whose cells of ours are in that language. */
export function translateRow(
  { columns }: Pick<Table, 'columns'>,
  row: Readonly<Record<string, string>>,
  lang: Lang,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    columns.map(({ name, ours }) => [name, ours ? translate(row[name] ?? '', lang) : (row[name] ?? '')]),
  );
}

/** A table as lines; what is empty is left out. */
export function tableText(table: Table, lang: Lang): string {
  const lines = table.rows.slice(0, ROWS).map((row) => {
    const cells = Object.values(translateRow(table, row, lang)).filter((cell) => cell !== '');
    return `• ${cells.join(' – ')}`;
  });
  const left = table.rows.length - lines.length;
  return [...lines, ...(left > 0 ? [translate(`… and ${left} more.`, lang)] : [])].join('\n');
}
