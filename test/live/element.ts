/** XML elements as the independent client reports them, and questions that tests ask of them. */

export interface Element {
  readonly name: string;
  readonly ns: string;
  readonly attrs: Readonly<Record<string, string>>;
  /** Its own text, without that of its children. */
  readonly text: string;
  readonly children: readonly Element[];
}

/** What a stanza must have to fit; what is left out is not looked at. */
export interface Pattern {
  readonly name?: 'message' | 'presence' | 'iq';
  readonly from?: string;
  readonly id?: string;
  /** `''`: has no type, as an available presence. */
  readonly type?: string;
  readonly body?: string | RegExp;
  readonly subject?: string | RegExp;
  /** MUC status codes that must all be there (XEP-0045). */
  readonly statuses?: readonly number[];
}

export function fits(stanza: Element, pattern: Pattern): boolean {
  const { name = stanza.name, from, id, type, body, subject, statuses = [] } = pattern;
  return (
    stanza.name === name &&
    (from === undefined || stanza.attrs['from'] === from) &&
    (id === undefined || stanza.attrs['id'] === id) &&
    (type === undefined || (stanza.attrs['type'] ?? '') === type) &&
    (body === undefined || says(textOf(stanza, 'body'), body)) &&
    (subject === undefined || says(textOf(stanza, 'subject'), subject)) &&
    statuses.every((status) => statusesOf(stanza).includes(status))
  );
}

/** The first child of that name, and of that namespace when given. */
export function childOf(element: Element | undefined, name: string, ns?: string): Element | undefined {
  return element?.children.find((child) => child.name === name && (ns === undefined || child.ns === ns));
}

export function textOf(element: Element, name: string): string | undefined {
  return childOf(element, name)?.text;
}

/** MUC status codes of a presence or message (XEP-0045 §15.6). */
export function statusesOf(stanza: Element): number[] {
  const x = childOf(stanza, 'x', 'http://jabber.org/protocol/muc#user');
  return (x?.children ?? []).filter(({ name }) => name === 'status').map(({ attrs }) => Number(attrs['code']));
}

function says(text: string | undefined, wanted: string | RegExp): boolean {
  if (text === undefined) return false;
  return wanted instanceof RegExp ? wanted.test(text) : text === wanted;
}
