/** jabber:iq:register: in-band registration with a gateway (XEP-0077 2.4, XEP-0100 §4.1–4.3), over the network's sign-in. */

import type { Command, Question } from '#src/commands/command.ts';
import { Dialogue } from '#src/commands/dialogue.ts';
import type { SignIn } from '#src/commands/sign-in.ts';
import { type AccountId, type Answers, Refusal, type Why } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import { translate } from '#src/text/locale.ts';
import { answersIn, questionForm } from '#src/xmpp/command-form.ts';
import { StanzaRefusal } from '#src/xmpp/errors.ts';
import type { IqRequest, IqTable } from '#src/xmpp/iq.ts';
import { NS } from '#src/xmpp/ns.ts';
import { child, childText, type Element, escapeXml, tag, type Xml } from '#src/xmpp/xml.ts';

export interface RegisterOptions {
  readonly places: Places;
  readonly signIn: SignIn;
}

/** XEP-0077 §3.1.1: the fields old clients know, by what the networks call them. */
const LEGACY: ReadonlyMap<string, string> = new Map([
  ['nick', 'nick'],
  ['account', 'username'],
  ['username', 'username'],
  ['password', 'password'],
  ['account-password', 'password'],
  ['email', 'email'],
]);
/** XEP-0077 §3.1.2: what was filled in won't do. */
const NOT_ACCEPTABLE: ReadonlySet<Why> = new Set(['invalid', 'sign-in', 'nick-taken', 'password', 'too-long']);

export function register(options: RegisterOptions): IqTable {
  return {
    [`get ${NS.register}`]: (request) => present(request, options),
    [`set ${NS.register}`]: (request) => take(request, options),
  };
}

/** The form, filled in with what is known. */
async function present(request: IqRequest, options: RegisterOptions): Promise<Xml> {
  const { from, lang } = request;
  const at = accountAt(request, options);
  const dialogue = dialogueOf(request, options);
  const question = questionIn(await dialogue.start());
  await dialogue.cancel();
  const registered = (await options.signIn.known(from.bare, at)).length > 0;
  return tag(
    'query',
    { xmlns: NS.register },
    registered && tag('registered', {}),
    tag('instructions', {}, escapeXml(translate(question.instructions ?? question.title, lang))),
    ...legacyFields(question),
    questionForm(question, lang, NS.register),
  );
}

/** Takes the form, or the wish to be forgotten. */
async function take(request: IqRequest, options: RegisterOptions): Promise<''> {
  const { from, payload } = request;
  if (child(payload, 'remove', NS.register)) {
    await options.signIn.signOut(from.bare, accountAt(request, options));
    return '';
  }
  const dialogue = dialogueOf(request, options);
  const question = questionIn(await dialogue.start());
  const step = await dialogue.answer(answersIn(payload) ?? legacyAnswers(payload, question));
  if ('outcome' in step) return '';
  await dialogue.cancel();
  throw notAcceptable(
    step.problem ??
      new Refusal(
        'invalid',
        'More is asked than this form can hold. Use the command “Sign in”, or chat with this address.',
      ),
  );
}

function dialogueOf(request: IqRequest, options: RegisterOptions): Dialogue {
  const at = { type: 'host', ...accountIn(accountAt(request, options)) } as const;
  const command: Pick<Command, 'run' | 'title'> = {
    title: 'Sign in',
    run: (context) => options.signIn.run(context.user, context.at.account),
  };
  return new Dialogue(command, { user: request.from, at });
}

function accountIn(account: AccountId | undefined) {
  return account === undefined ? {} : { account };
}

function questionIn(step: Awaited<ReturnType<Dialogue['start']>>): Question {
  if ('outcome' in step) throw new Refusal('invalid', 'There is nothing to fill in.');
  return step.question;
}

function notAcceptable(refusal: Refusal): Error {
  if (!NOT_ACCEPTABLE.has(refusal.why)) return refusal;
  return new StanzaRefusal({ type: 'modify', condition: 'not-acceptable', code: 406, text: refusal.message });
}

/** Registering at a server's address is about that account, at the host about any. */
function accountAt({ to }: IqRequest, { places }: RegisterOptions): AccountId | undefined {
  const target = places.read(to);
  if (target?.type !== 'host' && target?.type !== 'account') {
    throw new Refusal('not-found', `Register with ${places.host}.`);
  }
  return target.account;
}

/** Each of the old fields once; what is known but no secret stands in it. */
function legacyFields({ fields }: Question): Xml[] {
  const values = new Map<string, string>();
  for (const { name, type, value = '' } of fields) {
    const legacy = LEGACY.get(name);
    if (legacy !== undefined && !values.has(legacy)) values.set(legacy, type === 'secret' ? '' : value);
  }
  return [...values].map(([legacy, value]) => tag(legacy, {}, escapeXml(value)));
}

function legacyAnswers(payload: Element, { fields }: Question): Answers {
  const filled = fields.map(({ name }) => [name, childText(payload, LEGACY.get(name) ?? name)] as const);
  return Object.fromEntries(filled.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
