/** What was said while we were away, fetched from servers that keep it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageId } from '#src/network.ts';
import type { FakeIrcd, Peer } from '#test/fakes/ircd.ts';
import { contact, room, Stage } from './stage.ts';

const OPTIONS = {
  caps: 'batch server-time message-tags draft/chathistory',
  isupport: 'CHATHISTORY=3 MSGREFTYPES=msgid,timestamp',
} as const;
const MINUTE = (minute: number) => `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z`;

/** Answers requests with messages numbered `from` to `to`, of which no more than three at once. */
function keeps(ircd: FakeIrcd, last: number): void {
  ircd.replies['CHATHISTORY'] = (peer, [verb, target = '', after = '']) => {
    const from = verb === 'LATEST' ? last - 1 : Number(/msgid=m(\d+)/.exec(after)?.[1] ?? 0) + 1;
    page(peer, target, from, Math.min(last, from + 2));
  };
}

function page(peer: Peer, target: string, from: number, to: number): void {
  const said = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
  peer.send(
    `BATCH +h chathistory ${target}`,
    ...said.map((n) => `@batch=h;msgid=m${n};time=${MINUTE(n)} :juliet!j@j PRIVMSG ${target} :number ${n}`),
    'BATCH -h',
  );
}

const texts = ({ ear }: Stage) => ear.events.flatMap((event) => (event.type === 'message' ? event.content.text : []));

test('what was said before is told once the room is known, with its ids and times, and before what is said now', async () => {
  await using stage = await Stage.online({ ...OPTIONS, prepare: (ircd) => keeps(ircd, 5) });
  stage.ear.newest = { id: 'm1' as MessageId, at: new Date(MINUTE(1)) };
  const joined = stage.join('#verona', 'juliet');
  await stage.peer.next(/^JOIN/);
  stage.peer.send('@msgid=m6 :juliet!j@j PRIVMSG #verona :now');
  await joined;
  const first = await stage.ear.next('message');
  assert.deepEqual(first, {
    type: 'message',
    in: { room: room('#verona') },
    from: { contact: contact('juliet'), nick: 'juliet' },
    at: new Date(MINUTE(2)),
    content: { text: 'number 2' },
    id: 'm2',
    past: true,
  });
  for (let n = 0; n < 4; n += 1) await stage.ear.next('message');
  assert.deepEqual(texts(stage), ['number 2', 'number 3', 'number 4', 'number 5', 'now']);
  const asked = stage.peer.lines.filter((line) => line.startsWith('CHATHISTORY AFTER'));
  assert.deepEqual(asked, ['CHATHISTORY AFTER #verona msgid=m1 3', 'CHATHISTORY AFTER #verona msgid=m4 3']);
});

test('of a room never heard of the last is told', async () => {
  await using stage = await Stage.online({ ...OPTIONS, prepare: (ircd) => keeps(ircd, 9) });
  await stage.join('#verona');
  await stage.ear.next('message');
  await stage.ear.next('message');
  assert.deepEqual(texts(stage), ['number 8', 'number 9']);
  assert.equal(await stage.peer.next(/^CHATHISTORY LATEST/), 'CHATHISTORY LATEST #verona * 3');
});

test('where the server does not know the message any more it is asked by time', async () => {
  const prepare = ({ replies }: FakeIrcd) => {
    replies['CHATHISTORY'] = (peer, [, target = '', after = '']) => {
      if (after.startsWith('msgid')) peer.send('FAIL CHATHISTORY MESSAGE_ERROR AFTER #verona :Unknown message');
      else page(peer, target, 2, 2);
    };
  };
  await using stage = await Stage.online({ ...OPTIONS, prepare });
  stage.ear.newest = { id: 'gone' as MessageId, at: new Date(MINUTE(1)) };
  await stage.join('#verona');
  assert.equal((await stage.ear.next('message')).content.text, 'number 2');
  assert.equal(await stage.peer.next(/timestamp/), `CHATHISTORY AFTER #verona timestamp=${MINUTE(1)} 3`);
});

test('a server that keeps nothing for us holds nothing up', async () => {
  const prepare = ({ replies }: FakeIrcd) => {
    replies['CHATHISTORY'] = (peer) => peer.send('FAIL CHATHISTORY INVALID_TARGET LATEST #verona :No history here');
  };
  await using stage = await Stage.online({ ...OPTIONS, prepare });
  await stage.join('#verona');
  stage.peer.send(':juliet!j@j PRIVMSG #verona :now');
  assert.equal((await stage.ear.next('message')).content.text, 'now');
  assert.ok(!stage.ear.events.some(({ type }) => type === 'notice'));
});

test('who wrote to us meanwhile is heard after a reconnect', async () => {
  const prepare = (ircd: FakeIrcd) => {
    ircd.replies['CHATHISTORY'] = (peer, [verb, target = '']) => {
      if (verb !== 'TARGETS') return page(peer, target, 7, 7);
      peer.send('BATCH +t draft/chathistory-targets');
      peer.send(
        `@batch=t CHATHISTORY TARGETS juliet ${MINUTE(7)}`,
        `@batch=t CHATHISTORY TARGETS #verona ${MINUTE(7)}`,
      );
      peer.send('BATCH -t');
    };
  };
  await using stage = await Stage.connecting({ ...OPTIONS, prepare });
  stage.ear.kept.set('history-until', MINUTE(5));
  await stage.ear.ready();
  assert.match(
    await stage.peer.next(/TARGETS/),
    new RegExp(`^CHATHISTORY TARGETS timestamp=${MINUTE(5)} timestamp=\\S+ 3$`),
  );
  assert.equal(await stage.peer.next(/AFTER/), `CHATHISTORY AFTER juliet timestamp=${MINUTE(5)} 3`);
});

/** Who has written to us, and what they wrote. */
function hasWritten(ircd: FakeIrcd, ...lines: readonly string[]): void {
  ircd.replies['CHATHISTORY'] = (peer, [verb, target = '']) => {
    const type = verb === 'TARGETS' ? 'draft/chathistory-targets' : `chathistory ${target}`;
    const told = verb === 'TARGETS' ? [`CHATHISTORY TARGETS juliet ${MINUTE(7)}`] : lines;
    peer.send(`BATCH +h ${type}`, ...told.map((line) => `@batch=h;time=${MINUTE(7)} ${line}`), 'BATCH -h');
  };
}

test('what is missing is asked for whatever has been said since the connection is there', async () => {
  const prepare = (ircd: FakeIrcd) => hasWritten(ircd, ':juliet!j@j PRIVMSG romeo :missed');
  await using stage = await Stage.connecting({ ...OPTIONS, prepare });
  stage.ear.kept.set('history-until', MINUTE(5));
  stage.ear.newest = { id: 'm9' as MessageId, at: new Date(MINUTE(9)) };
  assert.equal(await stage.peer.next(/AFTER/), `CHATHISTORY AFTER juliet timestamp=${MINUTE(5)} 3`);
  stage.ear.newest = { id: 'm4' as MessageId, at: new Date(MINUTE(4)) };
  stage.peer.cut();
  await stage.life.catch(() => undefined);
  stage.ear.kept.set('history-until', MINUTE(5));
  await stage.connect();
  assert.equal(await stage.peer.next(/AFTER/), 'CHATHISTORY AFTER juliet msgid=m4 3');
});

test('whoever can not be asked about hides nobody else', async () => {
  const prepare = ({ replies }: FakeIrcd) => {
    replies['CHATHISTORY'] = (peer, [verb, target = '']) => {
      if (verb === 'TARGETS') {
        const told = ['juliet', 'nurse'].map((nick) => `@batch=t CHATHISTORY TARGETS ${nick} ${MINUTE(7)}`);
        peer.send('BATCH +t draft/chathistory-targets', ...told, 'BATCH -t');
      } else if (target === 'juliet') peer.send('FAIL CHATHISTORY INVALID_TARGET AFTER juliet :No history here');
      else peer.send('BATCH +h chathistory nurse', 'BATCH -h', 'PING :asked');
    };
  };
  await using stage = await Stage.connecting({ ...OPTIONS, prepare });
  stage.ear.kept.set('history-until', MINUTE(5));
  await stage.peer.next(/AFTER nurse/);
  await stage.peer.next(/PONG :asked/);
  assert.notEqual(stage.ear.kept.get('history-until'), MINUTE(5));
});

test('a memory that fails is survived', async () => {
  await using stage = await Stage.connecting(OPTIONS);
  stage.ear.recall = () => Promise.reject(new Error('disk full'));
  await stage.ear.ready();
  await stage.join('#verona');
});

test('what was said to us, and by us, under a nick that we had then is ours', async () => {
  const prepare = (ircd: FakeIrcd) =>
    hasWritten(
      ircd,
      ':Juliet!j@j PRIVMSG montague :one',
      ':montague!r@r PRIVMSG juliet :two',
      ':juliet!j@j MODE montague :+i',
      ':HistServ!HistServ@localhost PRIVMSG montague :juliet quit',
    );
  await using stage = await Stage.connecting({ ...OPTIONS, prepare });
  stage.ear.kept.set('history-until', MINUTE(5));
  const said = [await stage.ear.next('message'), await stage.ear.next('message')];
  const at = new Date(MINUTE(7));
  const message = { type: 'message', in: { with: contact('juliet') }, at, past: true };
  assert.deepEqual(said, [
    { ...message, from: { contact: contact('juliet'), nick: 'Juliet' }, content: { text: 'one' } },
    { ...message, from: { self: true }, content: { text: 'two' } },
  ]);
  // The server gives the same page for each that is asked for.
  assert.deepEqual([...new Set(texts(stage))], ['one', 'two']);
});

test('what a silent server was told for us before we gave it up is asked for as well', async () => {
  await using stage = await Stage.online({ ...OPTIONS, ping: 0.1 });
  await stage.peer.next(/TARGETS|^PING/);
  stage.peer.freeze();
  await assert.rejects(stage.life, /no longer answers/);
  const until = new Date(stage.ear.kept.get('history-until') ?? '');
  // Two pings without an answer, and what clocks may differ by.
  assert.ok(Date.now() - until.getTime() >= 200 + 5_000);
});

test('what is said while the past is fetched is left to the next connection where this one ends', async () => {
  await using stage = await Stage.online(OPTIONS);
  const joined = stage.join('#verona', 'juliet');
  await stage.peer.next(/^CHATHISTORY/);
  await joined;
  stage.peer.send('@msgid=m6 :juliet!j@j PRIVMSG #verona :now', 'PING :heard');
  await stage.peer.next(/^PONG :heard/);
  stage.peer.cut();
  await stage.life.catch(() => undefined);
  await stage.connect();
  await stage.ear.ready();
  assert.deepEqual(texts(stage), []);
});

test('a message whose name can not be written is asked for by its time', async () => {
  await using stage = await Stage.online({
    ...OPTIONS,
    prepare: ({ replies }) => {
      replies['CHATHISTORY'] = (peer, [, target = '']) => page(peer, target, 1, 3);
    },
  });
  stage.ear.newest = { id: 'm 1' as MessageId, at: new Date(MINUTE(1)) };
  await stage.join('#verona');
  await stage.peer.next(/timestamp/);
  // The next page is asked for as well: no question is left behind that would have taken the first for its own.
  await stage.peer.next(/msgid=m3/);
});

test('what is refused for one channel is not taken for the answer of another', async () => {
  await using stage = await Stage.online({
    ...OPTIONS,
    prepare: ({ replies }) => void Object.assign(replies, { CHATHISTORY: () => undefined }),
  });
  await stage.join('#verona');
  await stage.join('#mantua');
  await stage.peer.next(/^CHATHISTORY LATEST #mantua/);
  stage.peer.send('FAIL CHATHISTORY INVALID_TARGET LATEST #mantua :No history here');
  stage.peer.send(':juliet!j@j PRIVMSG #mantua :now', ':juliet!j@j PRIVMSG #verona :later');
  assert.equal((await stage.ear.next('message')).content.text, 'now');
  page(stage.peer, '#verona', 2, 2);
  await stage.ear.next('message');
  await stage.ear.next('message');
  assert.deepEqual(texts(stage), ['now', 'number 2', 'later']);
});

test('a server without history is not asked', async () => {
  await using stage = await Stage.online({ caps: 'batch server-time' });
  await stage.join('#verona');
  stage.peer.send(':juliet!j@j PRIVMSG #verona :now');
  await stage.ear.next('message');
  assert.ok(!stage.peer.lines.some((line) => line.startsWith('CHATHISTORY')));
});
