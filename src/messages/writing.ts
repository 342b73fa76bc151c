/** What a client writes: messages, replies, edits. */

import { randomUUID } from 'node:crypto';
import { type About, type Draft, flatten, quoteFor } from '#src/fallback.ts';
import type { Intent } from '#src/intent.ts';
import {
  type Content,
  type Feature,
  type File,
  type MessageId,
  type Network,
  Refusal,
  type UserAction,
} from '#src/network.ts';
import type { PreferenceBook } from '#src/preferences.ts';
import { withoutMarks } from '#src/text/styled.ts';
import type { SharedFile } from '#src/xmpp/files.ts';
import * as write from '#src/xmpp/write/message.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';
import { type ComposeOptions, compose } from './compose.ts';
import type { Own } from './own.ts';
import { type Answered, aboutKnown, nickOf, present } from './present.ts';
import type { Known, Shown } from './shown.ts';
import type { Talk } from './talk.ts';

export interface WritingOptions extends ComposeOptions {
  readonly shown: Shown;
  readonly own: Own;
  readonly preferences: Pick<PreferenceBook, 'of'>;
  readonly network: Pick<Network, 'textBytes' | 'replies'>;
  readonly send: Send;
}
type Message = Intent & { type: 'message' };
type Reply = NonNullable<Message['words']['reply']>;
/** Which message an edit is of, and the names under which it goes with that. */
interface Edit {
  readonly of: Known;
  readonly names: readonly MessageId[];
  /** What the network calls the parts of the original but for the first. */
  readonly rest: readonly MessageId[];
}

export class Writing {
  readonly #options: WritingOptions;

  constructor(options: WritingOptions) {
    this.#options = options;
  }

  /** Sends a message; the promise covers looking up what it is about, so that the next one stays behind it. */
  take(intent: Message, talk: Talk): void | Promise<void> {
    const { replaces: ref, origin } = intent;
    if (ref !== undefined) return this.#options.own.after(talk, origin, ref, () => this.#edit(intent, talk, ref));
    if (intent.words.reply) return this.#answer(intent, talk, intent.words.reply);
    const content = compose(intent.words, talk, undefined, this.#options);
    this.#send(intent, talk, { type: 'message', to: talk.to, txn: randomUUID(), content }, undefined);
  }

  async #answer(intent: Message, talk: Talk, reply: Reply): Promise<void> {
    const known = await this.#options.shown.find(talk, reply.ref);
    const content = compose(intent.words, talk, aboutReply(talk, reply, known), this.#options);
    this.#send(intent, talk, { type: 'message', to: talk.to, txn: randomUUID(), content }, known);
  }

  async #edit(intent: Message, talk: Talk, ref: string): Promise<void> {
    const { own, shown } = this.#options;
    const original = await own.findOwn(talk, ref);
    const { reply } = intent.words;
    const answered = reply && (await shown.find(talk, reply.ref));
    const content = compose(intent.words, talk, reply && aboutReply(talk, reply, answered), this.#options);
    const [id, ...more] = original.ids;
    const was = await this.#before(talk, original, intent.words.unstyled);
    const wanted = {
      ...({ type: 'edit', to: talk.to, txn: randomUUID(), content } as const),
      ...(id !== undefined && { id }),
      ...(was !== undefined && { was }),
    };
    const names = await shown.nextEdit(talk, id);
    this.#send(intent, talk, wanted, answered, { of: original, names, rest: more });
  }

  /** What an edited message said last on the network, where the user wants to be seen to have changed that alone. */
  async #before(
    { user, local, ...talk }: Talk,
    original: Known,
    unstyled: boolean | undefined,
  ): Promise<string | undefined> {
    const { preferences, shown } = this.#options;
    if (talk.account.does('edit') || preferences.of(user, local).edits !== 'changed') return undefined;
    const text = (await shown.edits({ user, local }, original.ids[0])).at(-1)?.text ?? original.text;
    return talk.account.does('markup') && !unstyled ? withoutMarks(text, []).text : text;
  }

  /** What the network had cut in several is one message now: the first edit takes the rest of it back. */
  async #takeBackRest({ account, ...talk }: Talk, { of: { ids }, names, rest }: Edit): Promise<void> {
    if (rest.length === 0 || !account.does('retract') || !account.does('edit')) return;
    const [first] = await this.#options.shown.edits(talk, ids[0]);
    if (first?.ids.some((id) => names.includes(id)) !== true) return;
    for (const id of rest) await account.send({ type: 'retract', to: talk.to, id });
  }

  #send(
    intent: Message,
    talk: Talk,
    wanted: Parameters<typeof flatten>[0] & { content: Draft },
    answered: Known | undefined,
    edit?: Edit,
  ): void {
    const { own, send } = this.#options;
    const does = (feature: Feature) => talk.account.does(feature);
    const action = flatten(wanted, does, this.#options.network.replies);
    if (!action || !('content' in action)) return;
    checkLength(action.content.text, this.#options.network.textBytes);
    const said = {
      children: this.#children(intent, talk, wanted.content, action, answered, edit?.of),
      text: intent.words.text,
      ids: edit?.names ?? [],
    };
    const { origin } = intent;
    void own.act(talk, origin, action, said, async () => {
      if (edit) await this.#takeBackRest(talk, edit);
      if (!intent.receipt || origin.id === undefined) return;
      send(write.receipt(talk.nick === undefined ? origin.to.bare : origin.to.full, origin.id), origin.from.full);
    });
  }

  /** How the user's clients see it: as the network took it, with what was lost there beside the text where it can be. */
  #children(
    { words, originId }: Message,
    talk: Talk,
    draft: Draft,
    action: UserAction & { content: Content },
    known: Known | undefined,
    original: Known | undefined,
  ): string {
    const { network } = this.#options;
    const does = (feature: Feature) => talk.account.does(feature);
    const quote = quoteFor({ to: talk.to, content: draft }, does, network.replies);
    const answered = words.reply && { known, ...answeredBy(talk, words.reply, known) };
    const inText = quote !== '' && answered ? { ...answered, quote: '' } : answered;
    const parts = present(action.content, talk, inText, this.#options);
    return write.writeParts({
      ...parts,
      ...(quote !== '' && { quote }),
      ...(words.thread !== undefined && { thread: words.thread }),
      ...shared(action.content, words.files ?? [], parts.body),
      ...(action.type === 'edit' && original && { replaces: original.message }),
      originId,
    });
  }
}

/** Refuses a text that no single message of the network holds. */
export function checkLength(text: string, most: number): void {
  if (Buffer.byteLength(text) <= most) return;
  throw new Refusal('too-long', `No more than ${most} bytes in one message. Send it in parts.`);
}

/** A message that is answered, for a network that may be able only to quote it. */
function aboutReply(talk: Talk, reply: Reply, known: Known | undefined): About {
  return known ? aboutKnown(known, talk) : { quote: unquoted(reply.quote) };
}

/** Of a message that is not known there is only what the client quoted. */
function answeredBy(talk: Talk, { quote }: Reply, known: Known | undefined): Omit<Answered, 'known'> {
  return known ? { nick: nickOf(known, talk), quote: known.text } : { nick: '', quote: unquoted(quote) };
}

/** The quoted lines themselves; a line like `Anna wrote:` before them says who. */
function unquoted(quote: string): string {
  const lines = quote.split('\n').map((line) => line.replace(/^[>\s]+/, '').trimEnd());
  const text = lines.filter((line) => line !== '');
  return text.length > 1 && text[0]?.endsWith(':') ? text.slice(1).join('\n') : text.join('\n');
}

/** A file alone is shown by its address as the body (XEP-0066 §3); with a text its address is part of that. */
function shared({ files: native }: Content, files: readonly File[], body: string): Partial<write.Parts> {
  const found = files.flatMap(({ at, ...about }) => ('url' in at ? [sharedFile(at.url, about)] : []));
  const [only, ...more] = found;
  if (!only) return {};
  if (more.length === 0 && (body === '' || body === only.url)) return { body: only.url, files: [only] };
  if (!native) return {};
  const urls = found.map(({ url }) => url).filter((url) => !body.includes(url));
  return { body: [body, ...urls].filter((line) => line !== '').join('\n') };
}

function sharedFile(url: string, { name, type, size, width, height }: Omit<File, 'at'>): SharedFile {
  return {
    url,
    ...(name !== undefined && { name }),
    ...(type !== undefined && { type }),
    ...(size !== undefined && { size }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
  };
}
