/** From biboumi's archive to ours: a row of muclogline_ as an entry. */

import { createHash } from 'node:crypto';
import { idOf, numberIn, type Row, textIn } from '#bridges/irc/settings/biboumi.ts';
import { escapeLocal, isResource, parseJid } from '#src/address.ts';
import type { AccountId, RoomId } from '#src/network.ts';
import { recent } from '#src/recent.ts';
import type { Entry } from '#src/registry/archive.ts';
import { bounded } from '#src/text/bounded.ts';
import { type OccupantId, occupantIdElement } from '#src/xmpp/occupant-id.ts';
import { writeStanzaId } from '#src/xmpp/stable-ids.ts';
import { writeParts } from '#src/xmpp/write/message.ts';
import { sanitise } from '#src/xmpp/xml.ts';
import type { Report } from './report.ts';
import { type Target, unknownServer } from './target.ts';

export interface LinesOptions {
  readonly target: Target;
  readonly occupantId: OccupantId;
  readonly report: Report;
  /** Milliseconds since 1970. */
  readonly now: number;
}
/** A room as its messages name it. */
interface Where {
  readonly room: RoomId;
  readonly account: AccountId | undefined;
  readonly local: string;
  readonly jid: string;
}

type Owners = Pick<LinesOptions, 'target' | 'report'>;

const NOT_YET = 'What belongs to somebody whom access in isthmus.yaml does not name waits until they are let in.';
const DAY = 86_400_000;
const ACTION = '/me ';
/** A UUID, or what else an id can be without harm. */
const ID = /^[\w.:@+-]{1,100}$/;
/** Rooms that are remembered. */
const ROOMS = 10_000;

/** Gives what turns a row into an entry, or into a line of the report. */
export function lineReader(options: LinesOptions): (row: Row) => Entry | undefined {
  const { target, report } = options;
  const places = recent<string, { readonly where: Where | undefined }>(ROOMS);
  const whereOf = (row: Row) => {
    const channel = textIn(row, 'ircchanname_');
    const server = textIn(row, 'ircservername_');
    const name = `${channel} ${server}`;
    const place = places.get(name) ?? { where: find(target, channel, server) };
    places.set(name, place);
    if (!place.where)
      report.lost(unknownServer(target, server) ?? 'A message of what is no channel is left out.', name);
    return place.where;
  };
  return (row) => {
    const user = ownerOf(row, options);
    const where = user === undefined ? undefined : whereOf(row);
    const at = where && dateOf(row, options);
    return user === undefined || !where || !at ? undefined : entryOf(row, user, where, at, options);
  };
}

/** The bare JID whose row it is. */
export function ownerOf(row: Row, { target, report }: Owners, column = 'owner_'): string | undefined {
  const owner = textIn(row, column);
  const jid = parseJid(owner);
  if (!jid || jid.local === '' || jid.resource !== '') {
    report.lost('What belongs to no JID is left out.', owner);
    return undefined;
  }
  if (!target.access.allows(jid)) report.lost(NOT_YET, jid.bare);
  return jid.bare;
}

function find({ fixed, places }: Target, channel: string, server: string): Where | undefined {
  if (fixed !== undefined && server !== fixed) return undefined;
  const local = escapeLocal(idOf(channel, server, fixed !== undefined));
  const place = local === undefined ? undefined : places.read({ local });
  if (local === undefined || place?.type !== 'room') return undefined;
  return { room: place.room, account: place.account, local, jid: `${local}@${places.host}` };
}

/** Seconds of UTC. */
function dateOf(row: Row, { target, report, now }: LinesOptions): Date | undefined {
  const at = Math.trunc(numberIn(row, 'date_') ?? 0) * 1000;
  if (at <= 0 || at > now) {
    report.lost('A message with a date that can’t be true is left out.', textIn(row, 'owner_'));
    return undefined;
  }
  if (target.days > 0 && at < now - target.days * DAY) {
    report.lost(
      `A message older than ${target.days} days is left out, for the gateway keeps none (archive.days in isthmus.yaml).`,
      textIn(row, 'owner_'),
    );
    return undefined;
  }
  return new Date(at);
}

function entryOf(row: Row, user: string, where: Where, at: Date, options: LinesOptions): Entry | undefined {
  const { occupantId, report, target } = options;
  const { text: body } = bounded({ text: sanitise(textIn(row, 'body_')) });
  if (body.trim() === '') {
    report.lost('A message without text is left out.', user);
    return undefined;
  }
  const said = textIn(row, 'nick_');
  // What no occupant can be called by is said by the room.
  const nick = isResource(said) ? said : '';
  const author = nick === '' ? '' : (target.network.contact(nick, where.account) ?? '');
  const id = stanzaId(row);
  const { local, jid, room } = where;
  const occupant = author === '' ? '' : occupantIdElement(occupantId(room, author));
  return {
    user,
    host: target.places.host,
    local,
    id,
    message: id,
    at,
    kind: 'groupchat',
    sender: nick === '' ? jid : `${jid}/${nick}`,
    author,
    text: body.startsWith(ACTION) ? body.slice(ACTION.length) : body,
    xml: writeParts({ body }) + writeStanzaId(id, jid) + occupant,
  };
}

/** The one clients know; a row without one has the same at every import. */
function stanzaId(row: Row): string {
  const id = textIn(row, 'uuid_');
  if (ID.test(id)) return id;
  const rest = ['id_', 'ircchanname_', 'ircservername_', 'date_', 'nick_', 'body_'].map((column) =>
    textIn(row, column),
  );
  return createHash('sha256').update(JSON.stringify(rest)).digest('base64url');
}
