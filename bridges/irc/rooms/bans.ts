/** The ban list of a channel: shown, added to, and taken from (RFC 1459 §4.2.3.1, `MODE #channel b`). */

import { type Listed, Refusal, type RoomId, type UserAction } from '#src/network.ts';
import { formatLine } from '../line.ts';
import type { Link } from '../link.ts';
import { isPerson } from '../names.ts';
import type { Channel } from './channels.ts';
import { joinedChannel, judge } from './command.ts';
import { ban, changeModes } from './moderate.ts';

/** Entries read of one list. */
const BANS = 10_000;
/** What forbids a whole mask but for its parts' spelling: a word that can be a parameter. */
const MASK = /^[^\s:,][^\s,]{0,199}$/;

/** IRC keeps no other list than that of bans; ranks end with a visit. */
export async function listed(link: Link, room: RoomId, rank: Listed['rank']): Promise<readonly Listed[]> {
  return rank === 'banned' ? readBans(link, joinedChannel(link, room)) : [];
}

export async function enlist(link: Link, { room, who, as }: UserAction & { type: 'enlist' }): Promise<void> {
  const channel = joinedChannel(link, room);
  if (as !== 'banned' && as !== 'none') {
    throw new Refusal(
      'unsupported',
      `A channel keeps no list of its ranks. Give the rank to someone who is in it, or ask the server's ChanServ.`,
    );
  }
  const mask = 'mask' in who ? who.mask : maskOf(link.ids.name(who.contact));
  if (!MASK.test(mask)) throw new Refusal('invalid', `“${mask}” can't be the mask of a ban. Write nick!user@host.`);
  if (as === 'banned') return ban(link, channel, mask);
  await lift(link, channel, mask);
}

function maskOf(nick: string): string {
  return `${nick}!*@*`;
}

/** Takes off the mask as the list has it: addresses know no capitals, and some servers tell them apart. */
async function lift(link: Link, channel: Channel, mask: string): Promise<void> {
  const { fold, modesPerLine } = link.isupport;
  const bans = await readBans(link, channel);
  const meant = bans.flatMap(({ mask: one = '' }) => (fold(one) === fold(mask) ? one : []));
  if (meant.length === 0) {
    throw new Refusal('not-found', `${mask} is not on the ban list of ${channel.name}. Look at the list again.`);
  }
  const changes = meant.map((param) => ({ sign: '-', mode: 'b', param }) as const);
  for (let at = 0; at < changes.length; at += modesPerLine) {
    await changeModes(link, channel, changes.slice(at, at + modesPerLine));
  }
}

async function readBans(link: Link, channel: Channel): Promise<readonly Listed[]> {
  await link.pace();
  const found: Listed[] = [];
  let ended = false;
  const isIt = (name = '') => link.isupport.fold(name) === link.isupport.fold(channel.name);
  using _ = link.listen(({ command, params }) => {
    const ours = !ended && command === '367' && isIt(params[1]);
    if (ours && found.length < BANS) found.push(readBan(link, params));
    return ours;
  });
  const answer = judge(link, channel, () => false);
  const done = link.ask((line) => {
    ended = line.command === '368' && isIt(line.params[1]);
    return ended ? 'done' : answer(line);
  });
  link.write(formatLine('MODE', [channel.name, '+b']));
  await done;
  return found;
}

/** RPL_BANLIST: `me #channel mask who seconds`; a mask of nothing but a nick names a person. */
function readBan(link: Link, [, , mask = '', who = '']: readonly string[]): Listed {
  const nick = /^([^!*?]+)!\*@\*$/.exec(mask)?.[1] ?? '';
  const by = who.split('!')[0];
  return {
    rank: 'banned',
    mask,
    ...(isPerson(nick) && { nick, contact: link.ids.contact(nick) }),
    ...(by && { reason: `Banned by ${by}` }),
  };
}
