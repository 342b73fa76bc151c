/** What is said on the network: messages and edits, shown to the user's clients. */

import type { LiveAccount } from '#src/account.ts';
import { before } from '#src/fallback.ts';
import type { Files } from '#src/files.ts';
import { type Content, type File, type MessageId, Refusal, type RemoteEvent } from '#src/network.ts';
import { bounded } from '#src/text/bounded.ts';
import type { SharedFile } from '#src/xmpp/files.ts';
import { writeParts } from '#src/xmpp/write/message.ts';
import type { Delivery } from './delivery.ts';
import { type Answered, nickOf, type PresentOptions, present } from './present.ts';
import { partName, type Shown } from './shown.ts';
import { nickIn, type Talk } from './talk.ts';

export interface HeardOptions extends PresentOptions {
  readonly shown: Shown;
  readonly delivery: Delivery;
  readonly files: Pick<Files, 'share'>;
}
type Said = RemoteEvent & { type: 'message' };
type Edited = RemoteEvent & { type: 'edit' };
/** The message an edit stands in for, who wrote that, and the names under which it goes with it. */
interface Edit {
  readonly replaces: string;
  readonly nick: string;
  readonly names: readonly MessageId[];
}
/** What the content of a message refers to, looked up. */
interface Found {
  readonly answered?: Answered | undefined;
  readonly files?: readonly (SharedFile | string)[];
}

export class Heard {
  readonly #options: HeardOptions;

  constructor(options: HeardOptions) {
    this.#options = options;
  }

  /** Shows a message: at once, unless something in it has to be looked up first. */
  message(talk: Talk, event: Said): void | Promise<void> {
    const { id, at } = event;
    const content = bounded(event.content);
    const repeated = this.#options.shown.isRepeated(talk, id, at);
    if (!repeated && !content.reply && !content.files) return this.#show(talk, event, content, {});
    return this.#later(talk, { ...event, content }, repeated);
  }

  async #later(talk: Talk, event: Said, repeated: false | Promise<boolean>): Promise<void> {
    if (await repeated) return;
    const found = await this.#find(talk, event.content);
    // Signing out meanwhile has erased everything.
    if (!talk.account.ended) this.#show(talk, event, event.content, found);
  }

  /** An edit stands in for the message it is of; where that is not known it is shown as one of its own. */
  async edit(talk: Talk, event: Edited): Promise<void> {
    const { shown } = this.#options;
    if (await shown.isRepeated(talk, event.edit, event.at)) return;
    const original = await shown.known(talk, event.id);
    // It was taken back since.
    if (original?.text === '') return;
    const { edit: own, id, ...rest } = event;
    const content = bounded(event.content);
    const found = await this.#find(talk, content);
    const said: Said = { ...rest, type: 'message', content, ...(own !== undefined && { id: own }) };
    if (original) {
      const names = await shown.nextEdit(talk, id);
      const edit = { replaces: original.message, nick: nickOf(original, talk), names };
      return this.#show(talk, said, content, found, edit);
    }
    this.#show(talk, { ...said, id: own ?? id }, content.style ? content : before('* ', content), found);
  }

  async #find(talk: Talk, { reply, files }: Content): Promise<Found> {
    const known = reply && (await this.#options.shown.known(talk, reply.to));
    const author = reply?.author && nickIn(talk, reply.author);
    const answered = reply && {
      known,
      nick: known ? nickOf(known, talk) : (author ?? ''),
      quote: known?.text ?? reply.quote ?? '',
    };
    const shared = files && (await Promise.all(files.map((file) => this.#share(talk.account, file))));
    return { ...(answered && { answered }), ...(shared && { files: shared }) };
  }

  /** The file where clients can fetch it, or a line that says why they can't. */
  async #share(account: LiveAccount, file: File): Promise<SharedFile | string> {
    try {
      return await this.#options.files.share(account, file);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return `[${error.message}]`;
    }
  }

  /** Each file is a message of its own, for clients show one only where nothing else is said; then comes the text. */
  #show(talk: Talk, event: Said, content: Content, { answered, files = [] }: Found, edit?: Edit): void {
    const missing = files.filter((file) => typeof file === 'string');
    const text = [content.text, ...missing].filter((line) => line !== '').join('\n');
    const shared = files.filter((file) => typeof file !== 'string');
    const last = text === '' ? shared.length - 1 : shared.length;
    for (const [index, file] of shared.entries()) {
      const spoiler = content.spoiler === undefined ? {} : { spoiler: content.spoiler };
      const name = nameOf(event.id, last - index);
      this.#put(
        talk,
        event,
        writeParts({ body: file.url, files: [file], ...spoiler, ...markable(talk) }),
        // An empty text would be that of a message taken back.
        file.name || file.url,
        name,
      );
    }
    if (text === '' && shared.length > 0) return;
    const parts = present({ ...content, text }, talk, answered, this.#options);
    const children = writeParts({ ...parts, ...markable(talk), ...(edit && { replaces: edit.replaces }) });
    this.#put(talk, event, children, text, event.id, edit);
  }

  #put(
    talk: Talk,
    { from, at }: Said,
    children: string,
    text: string,
    id: MessageId | undefined,
    { nick, names }: Pick<Edit, 'nick' | 'names'> = { nick: '', names: [] },
  ): void {
    const author = 'self' in from ? '' : from.contact;
    const ids = id === undefined ? names : [id, ...names];
    // Who has left the room has the nick they had, or what the network calls them: the room itself said nothing.
    const by = nickIn(talk, from) || nick || author;
    this.#options.delivery.show(talk, { author, nick: by, children, text, at, ids });
  }
}

/** The network's id is that of the last stanza. */
function nameOf(id: MessageId | undefined, before: number): MessageId | undefined {
  return id === undefined || before === 0 ? id : partName(id, before);
}

/** Only one-to-one clients wait to be asked (XEP-0333 §4.3). */
function markable({ kind, account }: Talk): { markable?: true } {
  return kind === 'chat' && account.does('read') ? { markable: true } : {};
}
