/** Whatever happens in a room, every client in it ends up believing the truth. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Rank } from '#src/network.ts';
import { PreferenceBook } from '#src/preferences.ts';
import { RANKS } from '#src/xmpp/write/occupant.ts';
import { RoomClient } from '#test/fakes/room-client.ts';
import { SQUARE, Town } from '#test/fakes/town.ts';
import { HOST, join, Stage } from '#test/stage.ts';
import { parseTree } from '#test/xml-tree.ts';

/** ISTHMUS_RUNS gives it more time. */
const RUNS = Number(process.env['ISTHMUS_RUNS'] ?? 30);
const USERS = ['romeo', 'tybalt', 'paris'];
const RESOURCES = ['orchard', 'phone'];
const CLIENTS = USERS.flatMap((user) => RESOURCES.map((resource) => `${user}@example.net/${resource}`));
const POLICIES = ['auto', 'full', 'active', 'none'] as const;
const LEADERS: ReadonlySet<Rank> = new Set(['owner', 'admin', 'moderator']);

const client = fc.constantFrom(...CLIENTS);
const user = fc.nat(USERS.length - 1);
const nick = fc.constantFrom('Ann', 'Bob', 'romeo', 'Montague');
const rank = fc.constantFrom<Rank>('owner', 'admin', 'moderator', 'member', 'speaker', 'listener');
const topic = fc.constantFrom('', 'Tea', 'War');

type Step = (stage: Stage, town: Town, clients: ReadonlyMap<string, RoomClient>) => void | Promise<void>;
const steps: fc.Arbitrary<{ what: string; step: Step }> = fc.oneof(
  {
    arbitrary: fc.tuple(client, nick).map(([who, as]) => ({ what: `${who} joins as ${as}`, step: joins(who, as) })),
    weight: 4,
  },
  client.map((who) => ({
    what: `${who} leaves`,
    step: (stage: Stage) => stage.sends(who, `<presence type='unavailable' to='${SQUARE}@${HOST}/x'/>`),
  })),
  fc.tuple(client, nick).map(([who, as]) => ({
    what: `${who} is called ${as}`,
    step: (stage: Stage) => stage.sends(who, `<presence to='${SQUARE}@${HOST}/${as}'/>`),
  })),
  nick.map((who) => ({ what: `${who} enters`, step: (_: Stage, town: Town) => town.enter(who) })),
  nick.map((who) => ({ what: `${who} goes`, step: (_: Stage, town: Town) => town.remove(native(town, who), 'out') })),
  fc.tuple(nick, nick).map(([was, as]) => ({
    what: `${was} turns into ${as}`,
    step: (_: Stage, town: Town) => void town.rename(town.present.get(was), as),
  })),
  fc.tuple(nick, rank).map(([who, as]) => ({
    what: `${who} is made ${as}`,
    step: (_: Stage, town: Town) => town.promote(town.present.get(who), as),
  })),
  fc.tuple(nick, fc.constantFrom('kick' as const, 'ban' as const)).map(([who, how]) => ({
    what: `${how} of ${who}`,
    step: (_: Stage, town: Town) => town.remove(town.present.get(who), how),
  })),
  fc.tuple(fc.uniqueArray(nick), rank, topic).map(([natives, as, text]) => ({
    what: `a split with ${natives}`,
    step: (_: Stage, town: Town) => town.split(natives, as, text),
  })),
  topic.map((text) => ({ what: `the topic is ${text}`, step: (_: Stage, town: Town) => town.discuss(text) })),
  fc.tuple(user, nick).map(([at, who]) => ({
    what: `${who} is away`,
    step: (_: Stage, town: Town) =>
      void town.sessions[at]?.emit({
        type: 'presence',
        contact: who.toLowerCase() as never,
        presence: { show: 'away' },
      }),
  })),
  { arbitrary: fc.constant({ what: 'all is done', step: (stage: Stage) => stage.settled() }), weight: 3 },
);

function joins(who: string, as: string): Step {
  return (stage, _, clients) => {
    clients.get(who)?.join();
    stage.sends(who, join(SQUARE, as));
  };
}

function native(town: Town, who: string) {
  const one = town.present.get(who);
  return one?.session ? undefined : one;
}

/** What a client in the room with that policy has to see, and what it may see. */
function expected(town: Town, policy: string, own: string): { must: Map<string, string>; may: Map<string, string> } {
  const visible = [...town.present.values()].filter(({ nick }) => nick === own || policy !== 'none');
  const may = new Map(visible.map(({ nick, rank }) => [nick, RANKS[rank].join(' ')]));
  const must = [...town.present.values()].filter(
    ({ nick, rank }) =>
      nick === own || policy === 'auto' || policy === 'full' || (policy === 'active' && LEADERS.has(rank)),
  );
  return { may, must: new Map(must.map(({ nick }) => [nick, may.get(nick) ?? ''])) };
}

/** A truth is only known once the clients were shown what was sent before it. */
async function show(stage: Stage, clients: ReadonlyMap<string, RoomClient>, from: number): Promise<number> {
  await stage.settled();
  const { stanzas } = stage.server;
  for (const stanza of stanzas.slice(from).map(parseTree)) clients.get(stanza.attributes['to'] ?? '')?.take(stanza);
  return stanzas.length;
}

/** Clients in the room, and users whose account stays there. */
async function seated(stage: Stage): Promise<{ seats: Set<string>; stays: Set<string> }> {
  const rows = await Array.fromAsync(stage.registry.occupants.list(HOST, (refusal) => assert.fail(refusal)));
  const seats = rows.flatMap(({ user: jid, resource }) => (resource === '' ? [] : [`${jid}/${resource}`]));
  return { seats: new Set(seats), stays: new Set(rows.flatMap((row) => (row.resource === '' ? [row.user] : []))) };
}

test('three users with two clients each believe the truth whatever happens', async (t) => {
  const policies = fc.tuple(...USERS.map(() => fc.constantFrom(...POLICIES)));
  const persistent = fc.tuple(...USERS.map(() => fc.boolean()));
  const plots = fc.array(steps, { minLength: 5, maxLength: 40 });
  const story = fc.asyncProperty(policies, persistent, plots, async (wishes, stayers, plot) => {
    const town = new Town();
    await using stage = await Stage.open({ network: town });
    const book = new PreferenceBook(HOST, stage.registry);
    for (const [n, wish] of wishes.entries()) await book.set(`${USERS[n]}@example.net`, 'crowd', wish);
    for (const [n, stays] of stayers.entries()) {
      await book.set(`${USERS[n]}@example.net`, 'persistent', String(stays));
    }
    const clients = new Map(CLIENTS.map((jid) => [jid, new RoomClient(`${SQUARE}@${HOST}`)]));
    let read = 0;
    for (const { step } of plot) {
      // What was on its way before a client forgets all is no news to it.
      read = await show(stage, clients, read);
      await step(stage, town, clients);
    }
    await stage.settled();
    town.enter('Zoe');
    await show(stage, clients, read);
    const { seats, stays } = await seated(stage);
    for (const [jid, { inside, nick: own, occupants, subject, strays }] of clients) {
      assert.equal(strays, 0, `${jid} is shown nothing where it is not`);
      assert.equal(inside, seats.has(jid), `${jid} knows whether it is in the room`);
      if (!inside) continue;
      const policy = wishes[USERS.findIndex((name) => jid.startsWith(name))] ?? 'auto';
      const { must, may } = expected(town, policy, own);
      for (const [who, as] of must) assert.equal(occupants.get(who), as, `${jid} sees ${who}`);
      for (const [who, as] of occupants) assert.equal(may.get(who), as, `${jid} sees only what is: ${who}`);
      assert.ok(town.present.get(own)?.session, `${jid} knows its nick`);
      assert.equal(subject, town.topic, `${jid} knows the topic`);
    }
    const here = new Set([...seats].map((jid) => jid.split('/')[0]));
    for (const [n, name] of USERS.entries()) {
      const jid = `${name}@example.net`;
      const inRoom = [...town.present.values()].some(({ session }) => session?.owner === jid);
      assert.equal(inRoom, here.has(jid) || stays.has(jid), `${jid} is in the room who has a client there, or stays`);
      assert.equal(stays.has(jid), inRoom && stayers[n] === true, `${jid} stays who wants to`);
    }
  });
  const startedAt = performance.now();
  await fc.assert(story, { numRuns: RUNS });
  t.diagnostic(`${RUNS} stories in ${Math.round(performance.now() - startedAt)} ms`);
});
