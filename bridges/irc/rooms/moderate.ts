/** What an operator does to members: kick, ban, and the modes that make a rank. */

import { type Rank, Refusal, type RoomId, type UserAction } from '#src/network.ts';
import { formatLine } from '../line.ts';
import type { Link } from '../link.ts';
import { sendRaw } from '../messages/raw.ts';
import { cutShort } from '../messages/split.ts';
import { isNick } from '../names.ts';
import { type Channel, type Occupant, occupantOf } from './channels.ts';
import { joinedChannel, judge } from './command.ts';
import { formatModes, type ModeChange, readModes } from './mode-changes.ts';

/** The modes that give a rank, the fittest first; a server may lack some. */
const MODES: Readonly<Record<Rank, readonly string[]>> = {
  owner: ['q', 'a'],
  admin: ['o'],
  moderator: ['h', 'o'],
  member: ['v'],
  speaker: [],
  listener: [],
};

export async function moderate(link: Link, action: UserAction & { type: 'moderate' }): Promise<void> {
  const channel = joinedChannel(link, action.room);
  const { nick, change, reason } = action;
  const occupant = occupantOf(link, channel, nick);
  if (!occupant && !isNick(nick)) throw new Refusal('not-found', `Nobody in ${channel.name} is called ${nick}.`);
  if (change === 'kick') return kick(link, channel, nick, reason);
  if (change === 'ban') {
    await ban(link, channel, `${nick}!*@*`);
    return kick(link, channel, nick, reason);
  }
  if (!occupant) throw new Refusal('not-found', `${nick} is not in ${channel.name}.`);
  const changes = rankChanges(link, channel, occupant, change);
  const { modesPerLine } = link.isupport;
  for (let at = 0; at < changes.length; at += modesPerLine) {
    await changeModes(link, channel, changes.slice(at, at + modesPerLine));
  }
}

/** Servers are silent, or answer 697, where the mask is in the list already. */
export async function ban(link: Link, channel: Channel, mask: string): Promise<void> {
  try {
    await changeModes(link, channel, [{ sign: '+', mode: 'b', param: mask }]);
  } catch (error) {
    if (!(error instanceof Refusal) || error.why !== 'timeout') throw error;
  }
}

async function kick(link: Link, channel: Channel, nick: string, reason: string | undefined): Promise<void> {
  const line = formatLine(
    'KICK',
    [channel.name, nick],
    reason ? cutShort(reason, link.isupport.longest.kick) : undefined,
  );
  await link.pace();
  const isTheirs = (name = '') => link.isupport.fold(name) === link.isupport.fold(nick);
  const done = link.ask(judge(link, channel, ({ command, params }) => command === 'KICK' && isTheirs(params[1]), nick));
  link.write(line);
  await done;
}

/** One MODE; resolves when the server has made any of the changes. */
export async function changeModes(link: Link, channel: Channel, changes: readonly ModeChange[]): Promise<void> {
  const [modes = '', ...params] = formatModes(changes).split(' ');
  const text = formatLine('MODE', [channel.name, modes, ...params]);
  await link.pace();
  const answer = judge(
    link,
    channel,
    ({ command, params }) => {
      const made = command === 'MODE' ? readModes(link.isupport, params.slice(1)) : [];
      return made.some(({ sign, mode }) => changes.some((wanted) => wanted.sign === sign && wanted.mode === mode));
    },
    changes[0]?.param,
  );
  const done = link.ask((line) => (line.command === '697' ? 'done' : answer(line)));
  link.write(text);
  await done;
}

/** Modes that the user typed in the room, as they stand in a MODE after its name: `+o-v juliet romeo`. */
export async function typedModes(link: Link, room: RoomId, words: readonly string[]): Promise<void> {
  const channel = joinedChannel(link, room);
  const changes = readModes(link.isupport, words);
  const { always } = link.isupport.parameterModes;
  // What only asks, as for a list, has no echo: its replies are shown.
  if (changes.length === 0 || changes.some(({ mode, param }) => always.includes(mode) && param === undefined)) {
    return sendRaw(link, { type: 'raw', text: formatLine('MODE', [channel.name, ...words]) });
  }
  await changeModes(link, channel, changes);
}

/** Adds what is asked before it takes the rest away, as an operator who steps down could not do the former after. */
function rankChanges(link: Link, { moderated, name }: Channel, { nick, modes }: Occupant, rank: Rank): ModeChange[] {
  if (rank === 'listener' && !moderated) {
    throw new Refusal(
      'not-allowed',
      `In ${name} everyone may speak. Set it to moderated first, then take voices away.`,
    );
  }
  // Where a channel is moderated, to be let speak is to be given a voice.
  const wanted = rank === 'speaker' && moderated && modes === '' ? 'member' : rank;
  const known = link.isupport.prefixes.map(({ mode }) => mode);
  const target = MODES[wanted].find((mode) => known.includes(mode));
  if (target === undefined && MODES[wanted].length > 0) {
    throw new Refusal('unsupported', `${link.server} has no such rank. Choose another.`);
  }
  const add = target !== undefined && !modes.includes(target) ? [target] : [];
  const removed = [...modes].filter((mode) => mode !== target);
  return [
    ...add.map((mode) => ({ sign: '+', mode, param: nick }) as const),
    ...removed.map((mode) => ({ sign: '-', mode, param: nick }) as const),
  ];
}
