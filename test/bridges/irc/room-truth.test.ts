/** Whatever order the lines about a channel come in, what the gateway is told of it is what the server says of it. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { parseLine } from '#bridges/irc/line.ts';
import type { Link } from '#bridges/irc/link.ts';
import type { IrcSession } from '#bridges/irc/session.ts';
import type { RemoteEvent } from '#src/network.ts';
import { Stage } from './stage.ts';

const SPLIT = 'hub.test leaf.test';
/** Fewer than there are people with their turns at them: nicks are fought for. */
const NICKS = ['juliet', 'Juliet', 'tybalt', 'nurse', 'paris', 'abram', 'peter'];
const RANKS = { o: 'admin', v: 'member' } as const;
type Ranked = keyof typeof RANKS;

interface Person {
  nick: string;
  /** In the channel; where they are split off, on the other side. */
  in: boolean;
  split: boolean;
  modes: Set<Ranked>;
}

/** A channel as a server has it: each of its changes is a line, or no line where nobody of the channel sees it. */
class Server {
  readonly me: Person = { nick: 'romeo', in: false, split: false, modes: new Set() };
  readonly others: readonly Person[] = NICKS.slice(2).map((nick) => ({ ...this.me, nick, modes: new Set() }));
  moderated = false;
  readonly #say: (line: string) => void;
  /** Who is still to be named. */
  #unnamed: Person[] | undefined;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  enter(): void {
    this.me.in = true;
    this.#say(`:${this.me.nick}!r@r JOIN #verona`);
    this.beginNames();
  }

  leave(): void {
    this.#unnamed = undefined;
    this.#say(`:${this.me.nick}!r@r PART #verona`);
    this.me.in = false;
    this.me.modes.clear();
    this.moderated = false;
  }

  join(person: Person): void {
    if (person.in || person.split) return;
    person.in = true;
    this.#say(`:${person.nick}!u@h JOIN #verona`);
  }

  /** PART, KICK or QUIT. */
  part(person: Person, how: number): void {
    if (!person.in || person.split) return;
    const lines = [`PART #verona`, `QUIT :bye`];
    const line = lines[how];
    this.#say(line ? `:${person.nick}!u@h ${line}` : `:prince!p@p KICK #verona ${person.nick} :out`);
    person.in = false;
    person.modes.clear();
  }

  /** By the reason alone, or by a batch, in which any line may have any reason. */
  split(person: Person, batched: boolean): void {
    if (person.split) return;
    person.split = true;
    if (!person.in) return;
    if (!batched) return this.#say(`:${person.nick}!u@h QUIT :${SPLIT}`);
    this.#say(`BATCH +s netsplit ${SPLIT}`);
    this.#say(`@batch=s :${person.nick}!u@h QUIT :gone`);
    this.#say('BATCH -s');
  }

  heal(person: Person, nick: string, keepsRank: boolean): void {
    if (!person.split) return;
    if (this.#isTaken(person.nick)) {
      if (this.#isTaken(nick)) return;
      person.nick = nick;
    }
    person.split = false;
    if (!keepsRank) person.modes.clear();
    if (!person.in) return;
    this.#say(`:${person.nick}!u@h JOIN #verona`);
    for (const mode of person.modes) this.#say(`:leaf.test MODE #verona +${mode} ${person.nick}`);
  }

  rename(person: Person, nick: string): void {
    const own = person.nick.toLowerCase() === nick.toLowerCase();
    if (person.split || person.nick === nick || (!own && this.#isTaken(nick))) return;
    if (person.in) this.#say(`:${person.nick}!u@h NICK ${nick}`);
    person.nick = nick;
  }

  rank(person: Person, mode: Ranked): void {
    if (!person.in || person.split) return;
    const sign = person.modes.delete(mode) ? '-' : '+';
    if (sign === '+') person.modes.add(mode);
    this.#say(`:prince!p@p MODE #verona ${sign}${mode} ${person.nick}`);
  }

  moderate(): void {
    this.moderated = !this.moderated;
    this.#say(`:prince!p@p MODE #verona ${this.moderated ? '+' : '-'}m`);
  }

  /** Names half of those who are in; other lines may come before the rest. */
  beginNames(): void {
    if (this.#unnamed) return;
    const people = this.present;
    this.#unnamed = people.splice(Math.ceil(people.length / 2));
    this.#name(people);
  }

  endNames(): void {
    if (!this.#unnamed) return;
    this.#name(this.#unnamed.filter((person) => person.in && !person.split));
    this.#unnamed = undefined;
    this.#say(`:fake.test 366 ${this.me.nick} #verona :End of /NAMES list.`);
  }

  get present(): Person[] {
    return [this.me, ...this.others].filter((person) => person.in && !person.split);
  }

  get truth(): Map<string, string> {
    const plain = this.moderated ? 'listener' : 'speaker';
    const rankOf = ({ modes }: Person) => (modes.has('o') ? RANKS.o : modes.has('v') ? RANKS.v : plain);
    return new Map(this.present.map((person) => [person.nick, rankOf(person)]));
  }

  #name(people: readonly Person[]): void {
    const signs = ({ modes }: Person) => (modes.has('o') ? '@' : '') + (modes.has('v') ? '+' : '');
    const words = people.map((person) => signs(person) + person.nick);
    if (words.length > 0) this.#say(`:fake.test 353 ${this.me.nick} = #verona :${words.join(' ')}`);
  }

  #isTaken(nick: string): boolean {
    const same = (one: Person) => !one.split && one.nick.toLowerCase() === nick.toLowerCase();
    return [this.me, ...this.others].some(same);
  }
}

/** What somebody knows who believes every event. */
function toldBy(events: readonly RemoteEvent[]): Map<string, string> {
  let told = new Map<string, string>();
  for (const event of events) {
    if (event.type === 'room') {
      told = new Map(event.members.map(({ nick, rank }) => [nick, rank]));
      assert.equal(told.size, event.members.length, 'somebody is there twice');
    }
    if (event.type !== 'member') continue;
    if (event.change === 'in') {
      if (event.was !== undefined) assert.ok(told.delete(event.was), `${event.was} was renamed, whom nobody knew`);
      told.set(event.member.nick, event.member.rank);
    } else assert.ok(told.delete(event.nick), `${event.nick} went, whom nobody knew`);
  }
  return told;
}

const person = fc.integer({ min: 0, max: 4 });
const nick = fc.constantFrom(...NICKS);
const step = fc.oneof(
  fc.tuple(fc.constant('join' as const), person),
  fc.tuple(fc.constant('part' as const), person, fc.integer({ min: 0, max: 2 })),
  fc.tuple(fc.constant('split' as const), person, fc.boolean()),
  fc.tuple(fc.constant('heal' as const), person, nick, fc.boolean()),
  fc.tuple(fc.constant('rename' as const), person, nick),
  fc.tuple(fc.constant('rank' as const), person, fc.constantFrom<Ranked>('o', 'v')),
  fc.tuple(fc.constantFrom('rename me' as const), nick),
  fc.tuple(fc.constantFrom('begin names', 'end names', 'moderate', 'again', 'grace')),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(server: Server, step: Step, grace: () => void): void {
  const who = server.others[Number(step[1])] ?? server.me;
  switch (step[0]) {
    case 'join':
      return server.join(who);
    case 'part':
      return server.part(who, step[2]);
    case 'split':
      return server.split(who, step[2]);
    case 'heal':
      return server.heal(who, step[2], step[3]);
    case 'rename':
      return server.rename(who, step[2]);
    case 'rank':
      return server.rank(who, step[2]);
    case 'rename me':
      return server.rename(server.me, step[1]);
    case 'begin names':
      return server.beginNames();
    case 'end names':
      return server.endNames();
    case 'moderate':
      return server.moderate();
    case 'again':
      server.leave();
      return server.enter();
    case 'grace':
      return grace();
  }
}

/** Plays the steps; what was told in the end, before and after the grace of those who were split off. */
function play(t: TestContext, stage: Stage, link: Link, steps: readonly Step[]): void {
  const { events } = stage.ear;
  const server = new Server((line) => {
    const parsed = parseLine(line);
    assert.ok(parsed);
    link.onLine(parsed);
  });
  const grace = () => t.mock.timers.tick(1);
  events.length = 0;
  server.enter();
  try {
    for (const one of steps) take(server, one, grace);
    server.endNames();
    const meanwhile = toldBy(events);
    for (const [nick, rank] of server.truth) assert.equal(meanwhile.get(nick), rank, `${nick} is told otherwise`);
    grace();
    assert.deepEqual(toldBy(events), server.truth);
  } finally {
    server.rename(server.me, 'romeo');
    server.leave();
  }
}

test('whatever lines come in whatever order, a room is told as it is once those of a netsplit had their time', async (t) => {
  await using stage = await Stage.online({ timing: { split: 0 } });
  const { link } = stage.session as IrcSession;
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const steps = fc.array(step, { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(steps, (them) => play(t, stage, link, them)),
    { numRuns: 1000 },
  );
  t.mock.timers.reset();
  assert.deepEqual(stage.ear.warnings, []);
});
