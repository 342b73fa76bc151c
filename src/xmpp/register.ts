/** jabber:iq:register: in-band registration with a gateway (XEP-0077, XEP-0100 §4.1–4.3), over the network's sign-in. */

import type { SignIn } from '#src/commands/sign-in.ts';
import { type Answers, type Field, type Prompt, Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Users } from '#src/users.ts';
import type { IqRequest, IqTable } from '#src/xmpp/iq.ts';
import { NS } from '#src/xmpp/ns.ts';
import { attr, child, childText, type Element, escapeXml, tag, type Xml } from '#src/xmpp/xml.ts';

export interface RegisterOptions {
  readonly places: Places;
  readonly users: Users;
  readonly signIn: SignIn;
}

/** XEP-0077 §3.1.1: the fields old clients know, by what our own are called. */
const LEGACY = new Map([
  ['nick', 'nick'],
  ['account', 'username'],
  ['password', 'password'],
]);

export function register(options: RegisterOptions): IqTable {
  return {
    [`get ${NS.register}`]: (request) => present(request, options),
    [`set ${NS.register}`]: (request) => take(request, options),
  };
}

/** The form, filled in with what is known. */
async function present({ from, to }: IqRequest, options: RegisterOptions): Promise<Xml> {
  options.users.check(from);
  const { prompt, registered } = await options.signIn.ask(from.bare, accountAt(to, options));
  return tag(
    'query',
    { xmlns: NS.register },
    registered ? tag('registered', {}) : '',
    tag('instructions', {}, escapeXml(prompt.title)),
    ...prompt.fields.flatMap(({ name, value }) => legacyField(name, value)),
    form(prompt),
  );
}

/** Takes the form, or the wish to be forgotten. */
async function take({ from, to, payload }: IqRequest, options: RegisterOptions): Promise<''> {
  const at = accountAt(to, options);
  if (child(payload, 'remove', NS.register)) await options.signIn.signOut(from.bare, at);
  else await options.signIn.signIn(options.users.admit(from), at, answersOf(payload));
  return '';
}

/** Registering at a server's address is about that account, at the host about any. */
function accountAt(to: IqRequest['to'], { places }: RegisterOptions) {
  const target = places.read(to);
  if (target?.type !== 'host' && target?.type !== 'account') {
    throw new Refusal('not-found', `Register with ${places.host}.`);
  }
  return target.account;
}

function legacyField(name: string, value: string | undefined): Xml[] {
  const legacy = LEGACY.get(name);
  return legacy === undefined ? [] : [tag(legacy, {}, escapeXml(value ?? ''))];
}

/** The data form of a prompt (XEP-0004 §3, XEP-0077 §4). */
function form({ title, fields }: Prompt): Xml {
  const type = tag('field', { type: 'hidden', var: 'FORM_TYPE' }, tag('value', {}, escapeXml(NS.register)));
  return tag(
    'x',
    { xmlns: NS.dataForms, type: 'form' },
    tag('title', {}, escapeXml(title)),
    tag('instructions', {}, escapeXml('Fill in what is marked as required; the rest may stay empty.')),
    type,
    ...fields.map(formField),
  );
}

const TYPES = { text: 'text-single', secret: 'text-private', choice: 'list-single', flag: 'boolean' } as const;

function formField({ name, label, type, value, choices, optional }: Field): Xml {
  return tag(
    'field',
    { var: name, label, type: TYPES[type] },
    optional ? '' : tag('required', {}),
    value === undefined ? '' : tag('value', {}, escapeXml(value)),
    ...(choices ?? []).map((choice) => tag('option', { label: choice }, tag('value', {}, escapeXml(choice)))),
  );
}

/** What was filled in: the data form's values, or the legacy elements. */
function answersOf(payload: Element): Answers {
  const submitted = child(payload, 'x', NS.dataForms);
  if (submitted) {
    const fields = submitted.getChildren('field', NS.dataForms);
    return Object.fromEntries(fields.map((field) => [attr(field, 'var') ?? '', childText(field, 'value') ?? '']));
  }
  const filled = [...LEGACY].map(([name, legacy]) => [name, childText(payload, legacy)] as const);
  return Object.fromEntries(filled.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
