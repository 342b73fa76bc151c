/** What the scenes of messages share: romeo in a room with Ann, and what Ann does there. */

import type { Author, ContactId, Content, Conversation, MessageId, RemoteEvent, RoomId } from '#src/network.ts';
import { member, truth } from '#test/fakes/network.ts';
import { HOST, join, ROMEO, type Stage } from '#test/stage.ts';
import type { Tree } from '#test/xml-tree.ts';

export const DEV = '#dev';
export const ROOM = `${DEV}@${HOST}`;
export const ANN = 'ann' as ContactId;
export const ANN_AT = `ann@${HOST}`;
export const BARE = 'romeo@example.net';
export const IN_DEV: Conversation = { room: DEV as RoomId };
export const WITH_ANN: Conversation = { with: ANN };
const FROM_ANN: Author = { contact: ANN, nick: 'Ann' };

type Said = Extract<RemoteEvent, { type: 'message' }>;

/** Each of the clients joins the room, in which Ann is as well. */
export async function inRoom(stage: Stage, ...clients: readonly string[]): Promise<void> {
  for (const client of clients) {
    stage.sends(client, join(DEV, 'romeo'));
    await stage.receives(client, `<presence from='${ROOM}/romeo'/>`);
  }
  await stage.network.session.emit(truth(DEV, [member('romeo', { self: true }), member('Ann')]));
  for (const client of clients) await stage.skips(client);
}

/** Ann says something in the room. */
export function says(id: string, content: Content, more: Partial<Said> = {}): Said {
  return { type: 'message', in: IN_DEV, from: FROM_ANN, id: id as MessageId, at: new Date(), content, ...more };
}

/** Ann says something to romeo alone. */
export function tells(id: string, content: Content, more: Partial<Said> = {}): Said {
  return says(id, content, { in: WITH_ANN, ...more });
}

/** What Ann does to a message. */
export function about<Type extends 'edit' | 'retract' | 'react' | 'typing' | 'read'>(
  event: Omit<Extract<RemoteEvent, { type: Type }>, 'in' | 'from' | 'at'> & { type: Type },
  more: { in?: Conversation; from?: Author } = {},
): RemoteEvent {
  return { in: IN_DEV, from: FROM_ANN, at: new Date(), ...event, ...more } as unknown as RemoteEvent;
}

/** The last action of that type that the network was asked for. */
export function lastAction<Type extends RemoteEventless>(stage: Stage, type: Type) {
  const found = stage.network.session.actions.findLast((action) => action.type === type);
  if (!found) throw new Error(`The network was not asked for ${type}`);
  return found as Extract<typeof found, { type: Type }>;
}
type RemoteEventless = Stage['network']['session']['actions'][number]['type'];

/** The room's id of a message that was received. */
export function stanzaId(message: Tree): string {
  const id = message.children.find(({ name }) => name === 'stanza-id')?.attributes['id'];
  if (id === undefined) throw new Error('The message has no stanza-id.');
  return id;
}

/** A message of a client to the room, or one-to-one to Ann. */
export function toRoom(id: string, children: string): string {
  return `<message type='groupchat' to='${ROOM}' id='${id}'>${children}</message>`;
}
export function toAnn(id: string, children: string): string {
  return `<message type='chat' to='${ANN_AT}' id='${id}'>${children}</message>`;
}

/** Romeo says something in the room; the tree is what he sees of it. */
export async function romeoSays(stage: Stage, id: string, text: string): Promise<Tree> {
  stage.sends(ROMEO, toRoom(id, `<body>${text}</body>`));
  return stage.receives(ROMEO, `<message id='${id}' from='${ROOM}/romeo'/>`);
}
