/** Data forms (XEP-0004 2.13.2), typed by FORM_TYPE (XEP-0068 1.3), with data types (XEP-0122 1.0.2). */

import { Refusal } from '#src/network.ts';
import { NS } from './ns.ts';
import { attr, type Element, escapeXml, tag, type Xml } from './xml.ts';

/** What somebody filled in. */
export interface Form {
  /** Its FORM_TYPE. */
  readonly type?: string;
  /** The form's own type: `submit` and `cancel` are what is done with one (XEP-0004 §3.1). */
  readonly action: 'form' | 'submit' | 'cancel' | 'result';
  readonly values: ReadonlyMap<string, readonly string[]>;
}

export interface FormField {
  readonly name: string;
  readonly label?: string;
  /** XEP-0004 §3.3; `text-single` when absent. */
  readonly type?:
    | 'text-single'
    | 'text-private'
    | 'text-multi'
    | 'list-single'
    | 'list-multi'
    | 'boolean'
    | 'hidden'
    | 'fixed'
    | 'jid-single'
    | 'jid-multi';
  readonly values?: readonly string[];
  readonly options?: readonly { readonly value: string; readonly label?: string }[];
  readonly required?: boolean;
  readonly desc?: string;
  /** XEP-0122 §3.1: the data type of the value, such as `xs:integer`, and its bounds. */
  readonly datatype?: { readonly name: string; readonly min?: number; readonly max?: number };
}

export interface FormText {
  readonly title?: string;
  readonly instructions?: string;
}

const ACTIONS: ReadonlySet<string> = new Set<Form['action']>(['form', 'submit', 'cancel', 'result']);
/** Fields of a form that is read, and characters in its values. */
const FIELDS = 100;
const CHARACTERS = 65_536;

/** The values in a form of XEP-0004; `x` is the form itself. Refuses what is no form, or too large. */
export function readForm(x: Element): Form {
  const action = attr(x, 'type') ?? '';
  if (!isAction(action)) throw new Refusal('invalid', `A form can't be of the type “${action}”.`);
  const fields = x.getChildren('field', NS.dataForms);
  if (fields.length > FIELDS) throw new Refusal('too-long', `No more than ${FIELDS} fields in one form.`);
  const values = new Map<string, readonly string[]>();
  let left = CHARACTERS;
  for (const field of fields) {
    const name = attr(field, 'var');
    // XEP-0004 §3.2: only one of type `fixed` may have no name, and it holds nothing that was filled in.
    if (name === undefined) continue;
    const found = field.getChildren('value', NS.dataForms).map((value) => value.getText());
    left -= name.length + found.reduce((sum, { length }) => sum + length, 0);
    if (left < 0) throw new Refusal('too-long', `No more than ${CHARACTERS} characters in one form.`);
    values.set(name, found);
  }
  const type = values.get('FORM_TYPE')?.[0];
  return { action, values, ...(type !== undefined && { type }) };
}

function isAction(action: string): action is Form['action'] {
  return ACTIONS.has(action);
}

/** XEP-0004 §3.3: what is filled in for a `boolean`; undefined for what is none. */
export function readFlag(value: string | undefined): boolean | undefined {
  if (value === '1' || value === 'true') return true;
  return value === '0' || value === 'false' ? false : undefined;
}

/** A form to fill in, or one with results; `type` becomes its FORM_TYPE. */
export function writeForm(
  form: FormText & {
    readonly kind: 'form' | 'result' | 'submit';
    readonly type?: string;
    readonly fields: readonly FormField[];
  },
): Xml {
  const hidden: FormField[] =
    form.type === undefined ? [] : [{ name: 'FORM_TYPE', type: 'hidden', values: [form.type] }];
  // XEP-0068 §2: in a form that is submitted the field needs no type.
  return tag(
    'x',
    { xmlns: NS.dataForms, type: form.kind },
    ...heading(form),
    ...[...hidden, ...form.fields].map((field) => writeField(field)),
  );
}

/** Several results in rows (XEP-0004 §3.4); a row holds its values by the names of the columns. */
export function writeTable(
  table: FormText & {
    readonly type?: string;
    readonly columns: readonly Pick<FormField, 'name' | 'label' | 'type'>[];
    readonly rows: readonly Readonly<Record<string, string>>[];
  },
): Xml {
  const rows = table.rows.map((row) =>
    tag('item', {}, ...table.columns.map(({ name }) => tag('field', { var: name }, value(row[name] ?? '')))),
  );
  const type = table.type === undefined ? '' : writeField({ name: 'FORM_TYPE', type: 'hidden', values: [table.type] });
  return tag(
    'x',
    { xmlns: NS.dataForms, type: 'result' },
    ...heading(table),
    type,
    tag('reported', {}, ...table.columns.map((column) => writeField({ type: 'text-single', ...column }))),
    ...rows,
  );
}

function heading({ title, instructions }: FormText): (Xml | '')[] {
  return [
    title === undefined ? '' : tag('title', {}, escapeXml(title)),
    instructions === undefined ? '' : tag('instructions', {}, escapeXml(instructions)),
  ];
}

function writeField({ name, label, type, values, options, required, desc, datatype }: FormField): Xml {
  // A `fixed` one is text to read; a name would make old clients send it back.
  return tag(
    'field',
    { var: name === '' ? undefined : name, type, label },
    desc === undefined ? '' : tag('desc', {}, escapeXml(desc)),
    datatype && validation(datatype),
    required && tag('required', {}),
    ...(values ?? []).map(value),
    ...(options ?? []).map((option) => tag('option', { label: option.label }, value(option.value))),
  );
}

function validation({ name, min, max }: NonNullable<FormField['datatype']>): Xml {
  const bounds = min === undefined && max === undefined ? tag('basic', {}) : tag('range', { min, max });
  return tag('validate', { xmlns: NS.validate, datatype: name }, bounds);
}

function value(text: string): Xml {
  return tag('value', {}, escapeXml(text));
}
