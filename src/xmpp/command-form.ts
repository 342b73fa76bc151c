/** A command's question and outcome as data forms, in the language of who reads them. */

import type { Question, QuestionField, Table } from '#src/commands/command.ts';
import { translateRow } from '#src/commands/outcome-text.ts';
import { type Answers, Refusal } from '#src/network.ts';
import { translate } from '#src/text/locale.ts';
import { type FormField, readForm, writeForm, writeTable } from './forms.ts';
import { NS } from './ns.ts';
import { child, type Element, type Xml } from './xml.ts';

const TYPES = {
  text: 'text-single',
  secret: 'text-private',
  choice: 'list-single',
  flag: 'boolean',
  lines: 'text-multi',
  choices: 'list-multi',
} as const;

/** The form of a question (XEP-0004 §3). */
export function questionForm({ title, instructions, fields }: Question, lang: string | undefined, type?: string): Xml {
  return writeForm({
    kind: 'form',
    ...(type !== undefined && { type }),
    title: translate(title, lang),
    instructions: translate(instructions ?? 'Fill in what is marked as required; the rest may stay empty.', lang),
    fields: formFields(fields, lang),
  });
}

/** The same fields for a form that holds others too. */
export function formFields(fields: readonly QuestionField[], lang: string | undefined): readonly FormField[] {
  return fields.map((field) => formField(field, lang));
}

function formField(field: QuestionField, lang: string | undefined): FormField {
  const { name, label, type, value, optional, range } = field;
  return {
    name,
    label: translate(label, lang),
    type: TYPES[type],
    required: optional !== true,
    // A secret is never shown again.
    ...(value !== undefined && type !== 'secret' && { values: isMany(type) ? value.split('\n') : [value] }),
    ...(field.choices && { options: field.choices.map((choice, at) => option(choice, field.labels?.[at], lang)) }),
    ...(range && { datatype: { name: 'xs:integer', ...range } }),
  };
}

/** Fields of several values, which answers have one a line. */
function isMany(type: QuestionField['type']): boolean {
  return type === 'lines' || type === 'choices';
}

function option(value: string, label: string | undefined, lang: string | undefined) {
  return { value, label: label === undefined ? value : translate(label, lang) };
}

/** What was filled in, of a form anywhere in the payload; undefined where there is none. */
export function answersIn(payload: Element): Answers | undefined {
  const form = child(payload, 'x', NS.dataForms);
  if (!form) return undefined;
  const { action, values } = readForm(form);
  // XEP-0050 §4.5.1: what is cancelled in a command is taken for submitted.
  if (action !== 'submit' && action !== 'cancel') throw new Refusal('invalid', 'Submit the form.');
  return Object.fromEntries([...values].map(([name, given]) => [name, given.join('\n')]));
}

/** The rows of an outcome (XEP-0004 §3.4). */
export function outcomeTable({ columns, rows }: Table, title: string, lang: string | undefined): Xml {
  return writeTable({
    title: translate(title, lang),
    columns: columns.map(({ name, label, jid }) => ({
      name,
      label: translate(label, lang),
      type: jid ? 'jid-single' : 'text-single',
    })),
    rows: rows.map((row) => translateRow({ columns }, row, lang)),
  });
}
