/** What the server tells of one person (WHOIS, RFC 1459 §4.5.2, modern.ircdocs.horse), as a profile. */

import { type ContactId, type Profile, Refusal } from '#src/network.ts';
import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { withoutFormat } from '../messages/format.ts';
import { isPerson } from '../names.ts';
import { refusalOf } from '../refusals.ts';
import { accountOf } from './accounts.ts';

/** Milliseconds for which an answer is given again. */
const FRESH_FOR = 60_000;
/** Milliseconds for which the gateway shows an answer, and is told where it is no longer right. */
const SHOWN_FOR = 600_000;
/** Answers kept, look-ups that wait, and lines and channels read of one answer. */
const KEPT = 500;
const WAITING = 10;
const LINES = 100;
const CHANNELS = 50;
const NOTE_LENGTH = 3_000;

interface Kept {
  readonly at: number;
  readonly profile: Profile;
}

export class Whois {
  /** By folded nick. */
  readonly #known = new Map<string, Kept>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** Folded nick of whom is being asked for; empty when nobody is. */
  #current = '';

  /** Whether what the server says of somebody now is said to us, and not to the user. */
  asksFor(key: string): boolean {
    return this.#current === key;
  }

  /** One look-up at a time: an answer has many lines. */
  async look(link: Link, contact: ContactId): Promise<Profile> {
    const nick = link.ids.name(contact);
    const key = link.isupport.fold(nick);
    if (!isPerson(nick)) throw new Refusal('not-found', `${nick} can't be a nick on IRC.`);
    const known = this.#fresh(key, FRESH_FOR);
    if (known) return known;
    if (this.#waiting >= WAITING) {
      throw new Refusal('too-fast', 'You look at more people than the server tells of at once. Wait a moment.');
    }
    this.#waiting += 1;
    const looked = this.#last.then(() => this.#fresh(key, FRESH_FOR) ?? this.#ask(link, nick, key));
    this.#last = looked.catch(() => undefined);
    return looked.finally(() => {
      this.#waiting -= 1;
    });
  }

  /** What was shown of somebody, made right; undefined when nothing was, or not of late. */
  correct(key: string, changed: Profile): Profile | undefined {
    const shown = this.#fresh(key, SHOWN_FOR);
    if (!shown) return undefined;
    const profile = { ...shown, ...changed };
    this.#known.set(key, { at: this.#known.get(key)?.at ?? 0, profile });
    return profile;
  }

  #fresh(key: string, ms: number): Profile | undefined {
    const known = this.#known.get(key);
    return known && Date.now() - known.at < ms ? known.profile : undefined;
  }

  async #ask(link: Link, nick: string, key: string): Promise<Profile> {
    this.#current = key;
    try {
      const profile = profileIn(link, nick, await answersOf(link, nick, key));
      if (this.#known.size >= KEPT) this.#known.clear();
      this.#known.set(key, { at: Date.now(), profile });
      return profile;
    } finally {
      this.#current = '';
    }
  }
}

/** The lines up to RPL_ENDOFWHOIS. With the nick twice its own server is asked, which alone knows since when it is idle. */
async function answersOf(link: Link, nick: string, key: string): Promise<readonly Line[]> {
  await link.pace();
  const lines: Line[] = [];
  const isTheirs = ({ params }: Line) => link.isupport.fold(params[1] ?? '') === key;
  let open = true;
  using _ = link.listen((line) => {
    const ours = open && ANSWER.test(line.command) && isTheirs(line);
    if (ours && lines.length < LINES) lines.push(line);
    return ours;
  });
  const ended = link.ask((line) => {
    if (line.command === '263' && line.params[1]?.toUpperCase() === 'WHOIS') return notNow();
    if (!isTheirs(line)) return undefined;
    if (line.command === '401' || line.command === '402') return refusalOf({ ...line, command: '401' });
    open = line.command !== '318';
    return open ? undefined : 'done';
  });
  link.write(formatLine('WHOIS', [nick, nick]));
  await ended;
  return lines;
}

/** RPL_TRYAGAIN: a server that has to ask another does so only now and then. */
function notNow(): Refusal {
  return new Refusal('too-fast', 'The server tells of nobody just now. Wait a minute, then look again.');
}

/** What is told of somebody, and not of an INVITE that is under way, which has the nick at the same place. */
const ANSWER = /^(?!318|341)(?:[236]\d\d|569)$/;
/** What each line tells; the others are the user's own affair, such as addresses and modes. */
const SENTENCES: Readonly<Record<string, (params: readonly string[]) => string>> = {
  301: ([, , text = '']) => `Away: ${text}`,
  307: () => 'Is logged in to the nick.',
  311: ([, , user, host]) => `Comes from ${user}@${host}.`,
  312: ([, , server, info]) => `Uses the server ${server}${info ? ` (${info})` : ''}.`,
  313: ([, , text = '']) => sentence(text),
  317: ([, , idle, signedOn]) => timesOf(Number(idle), Number(signedOn)),
  319: ([, , names = '']) => `In the channels ${channelsIn(names)}.`,
  320: ([, , text = '']) => sentence(text),
  330: ([, , account]) => `Logged in as ${account}.`,
  335: () => 'Is a bot.',
  671: () => 'Is connected by TLS.',
};

function profileIn(link: Link, nick: string, lines: readonly Line[]): Profile {
  const realname = lines.find(({ command }) => command === '311')?.params.at(-1) ?? '';
  const account = lines.some(({ command }) => command === '330') ? '' : accountOf(link, nick);
  const told = lines.flatMap(({ command, params }) => SENTENCES[command]?.(params.map(withoutFormat)) || []);
  const note = [...told, ...(account ? [`Logged in as ${account}.`] : [])].join('\n').slice(0, NOTE_LENGTH);
  const name = withoutFormat(realname).trim();
  return { ...(name && { name }), ...(note && { note }) };
}

/** `is an operator`, as servers write it after the nick. */
function sentence(text: string): string {
  const words = text.trim();
  return words && `${words[0]?.toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}

function channelsIn(names: string): string {
  const all = names.split(' ').filter(Boolean);
  return `${all.slice(0, CHANNELS).join(', ')}${all.length > CHANNELS ? ' …' : ''}`;
}

/** Both in seconds; moments, since the answer is shown for a while. */
function timesOf(idle: number, signedOn: number): string {
  const since = (word: string, at: number) => {
    const date = new Date(at);
    return Number.isNaN(date.getTime())
      ? []
      : [`${word} since ${date.toISOString().slice(0, 16).replace('T', ' ')} UTC.`];
  };
  const on = signedOn > 0 ? since('Connected', signedOn * 1000) : [];
  return [...since('Idle', Date.now() - idle * 1000), ...on].join('\n');
}
