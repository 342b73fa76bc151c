/** What every bridge must keep, whatever its network; run for each against a fake or real server of its own. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Account, type ContactId, type Network, Refusal, type RoomId, type UserAction } from '#src/network.ts';
import { FakeHost } from '#test/fakes/host.ts';

/** A network with a server that one session at a time connects to. */
export interface World extends AsyncDisposable {
  readonly network: Network;
  readonly account: Account;
  /** A room that lets the account in, one it never joins, and a person. */
  readonly room: RoomId;
  readonly foreign: RoomId;
  readonly contact: ContactId;
  /** Local parts of addresses, in any spelling, that name something. */
  readonly locals: readonly string[];
  /** Somebody else writes in a room; the server tells us, whether we are in it or not. */
  says(room: RoomId, text: string): void;
  /** The server breaks the connection. */
  cut(): void;
}

const END_MS = 3000;

/** A session of the world's account, running once `run` was called. */
class Life implements AsyncDisposable {
  readonly world: World;
  readonly host = new FakeHost();
  readonly session;
  readonly #abort = new AbortController();
  #run: Promise<void> = Promise.resolve();

  constructor(world: World) {
    this.world = world;
    this.session = world.network.open(world.account, this.host);
  }

  static async online(start: () => Promise<World>): Promise<Life> {
    const life = new Life(await start());
    await life.run();
    return life;
  }

  async run(): Promise<void> {
    this.#run = this.session.run(this.#abort.signal);
    await Promise.race([this.host.ready(), this.#run]);
  }

  /** What `run` ends with. */
  get ended(): Promise<void> {
    return within(this.#run);
  }

  async join(): Promise<void> {
    await within(this.session.send({ type: 'join', room: this.world.room, nick: 'romeo' }));
  }

  async say(text: string): Promise<void> {
    const to = { room: this.world.room };
    await within(this.session.send({ type: 'message', to, txn: text, content: { text } }));
  }

  stop(): void {
    this.#abort.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.ended.catch(() => undefined);
    await this.world[Symbol.asyncDispose]();
  }
}

async function within<T>(promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`Nothing happened in ${END_MS} ms`)), END_MS);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}

export function contract(name: string, start: () => Promise<World>): void {
  describe(`${name} keeps the contract`, () => {
    addresses(start);
    lives(start);
    actions(start);
    rooms(start);
  });
}

function addresses(start: () => Promise<World>): void {
  test('an id read as an address is itself', async () => {
    await using world = await start();
    const { network } = world;
    for (const local of [...world.locals, world.room, world.foreign, world.contact]) {
      const place = network.place(local);
      const id = place?.room ?? place?.contact ?? (place?.account && network.address(place.account));
      assert.ok(id !== undefined, local);
      assert.deepEqual(network.place(id), place);
    }
    assert.equal(network.place(world.room)?.room, world.room);
    assert.equal(network.place(world.contact)?.contact, world.contact);
  });

  test('sign-in begins with a question whose fields have names of their own', async () => {
    await using world = await start();
    const { value, done } = await world.network.signIn(undefined, undefined).next();
    assert.ok(!done);
    const names = value.fields.map((field) => field.name);
    assert.ok(names.length > 0 && new Set(names).size === names.length);
  });
}

function lives(start: () => Promise<World>): void {
  test('a session ends soon after it is stopped', async () => {
    await using life = await Life.online(start);
    life.stop();
    await life.ended;
  });

  test('a session that is stopped before it begins does not connect', async () => {
    await using life = new Life(await start());
    life.stop();
    await life.run();
    assert.deepEqual(life.host.labels, []);
  });

  test('a lost connection ends the session with a sentence', async () => {
    await using life = await Life.online(start);
    life.world.cut();
    await assert.rejects(life.ended, (error: Error) => !(error instanceof Refusal) && /\w+ \w+/.test(error.message));
  });

  test('without a connection an action is refused, and what can wait is taken', async () => {
    await using life = new Life(await start());
    const { room, contact } = life.world;
    await assert.rejects(life.say('hello'), { name: 'Refusal', why: 'offline' });
    await assert.rejects(life.join(), { name: 'Refusal', why: 'offline' });
    const remembered: UserAction[] = [
      { type: 'presence', presence: { show: 'away' } },
      { type: 'contact', contact, change: 'add' },
      { type: 'leave', room },
    ];
    for (const action of remembered) await within(life.session.send(action));
  });
}

function actions(start: () => Promise<World>): void {
  test('what the network has not is refused', async () => {
    await using life = await Life.online(start);
    const dance = { type: 'dance', room: life.world.room } as unknown as UserAction;
    await assert.rejects(within(life.session.send(dance)), { name: 'Refusal', why: 'unsupported' });
  });

  test('sending does not wait for the host to take events', async () => {
    await using life = await Life.online(start);
    await life.join();
    const sent = Promise.withResolvers<void>();
    life.host.emit = () => sent.promise;
    await life.say('hello');
    sent.resolve();
  });

  test('an action in a room that was not joined is refused', async () => {
    await using life = await Life.online(start);
    await assert.rejects(life.say('hello'), { name: 'Refusal' });
  });
}

function rooms(start: () => Promise<World>): void {
  test('a join resolves after the room was told, with ourselves in it once', async () => {
    await using life = await Life.online(start);
    await life.join();
    const told = life.host.events.find((event) => event.type === 'room');
    assert.equal(told?.room, life.world.room);
    assert.equal(told?.members.filter(({ self }) => self).length, 1);
  });

  test('what others write in the room is told, and nothing of other rooms', async () => {
    await using life = await Life.online(start);
    await life.join();
    life.world.says(life.world.foreign, 'secret');
    life.world.says(life.world.room, 'hello');
    assert.equal((await life.host.next('message')).content.text, 'hello');
    assert.ok(!life.host.events.some((event) => JSON.stringify(event).includes('secret')));
  });

  test('nothing more is told of a room after it was left', async () => {
    await using life = await Life.online(start);
    await life.join();
    await within(life.session.send({ type: 'leave', room: life.world.room }));
    const before = life.host.events.length;
    life.world.says(life.world.room, 'secret');
    await life.join();
    assert.deepEqual(
      life.host.events.slice(before).map(({ type }) => type),
      ['room'],
    );
  });

  test('after a reconnect the room is told whole again', async () => {
    await using life = await Life.online(start);
    await life.join();
    const first = await life.host.next('room');
    life.world.cut();
    await assert.rejects(life.ended);
    await life.run();
    const again = await life.host.next('room');
    assert.deepEqual([again.room, again.members.length], [first.room, first.members.length]);
  });
}
