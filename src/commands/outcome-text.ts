/** What came of a command, in the language of who gave it. Pure. */

import type { Outcome, Table } from '#src/commands/command.ts';
import { translate } from '#src/text/locale.ts';

type Lang = string | undefined;

/** Rows of a table that are told, and characters in them: a server closes the whole link at a stanza that is too large. */
const MOST = { chat: { rows: 100, characters: 10_000 }, form: { rows: 500, characters: 32_768 } } as const;

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
  const { rows, more } = toldRows(table, 'chat', lang);
  const lines = rows.map((row) => {
    const cells = Object.values(translateRow(table, row, lang)).filter((cell) => cell !== '');
    return `• ${cells.join(' – ')}`;
  });
  return [...lines, ...more].join('\n');
}

/** The first rows, as many as fit, and a line that tells how many are left out. */
export function toldRows(
  { rows }: Pick<Table, 'rows'>,
  where: keyof typeof MOST,
  lang: Lang,
): { readonly rows: Table['rows']; readonly more: readonly string[] } {
  const most = MOST[where];
  let characters = 0;
  const told = rows.slice(0, most.rows).filter((row) => {
    characters += Object.values(row).reduce((sum, { length }) => sum + length, 0);
    return characters <= most.characters;
  });
  const left = rows.length - told.length;
  return { rows: told, more: left > 0 ? [translate(`… and ${left} more.`, lang)] : [] };
}
