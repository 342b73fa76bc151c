/** What the server says of our own messages: echoes and labels, each with and without the other. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RemoteEvent } from '#src/network.ts';
import type { FakeIrcd } from '#test/fakes/ircd.ts';
import { answerTags, ECHO, echoes, LABELS, lastOf, TIME } from './echoing.ts';
import { contact, inRoom, Stage, type StageOptions } from './stage.ts';

const at = new Date(TIME);

async function inVerona(options: StageOptions, prepare: (ircd: FakeIrcd) => void = echoes): Promise<Stage> {
  const stage = await Stage.online({ ...options, prepare });
  await stage.join('#verona', 'Juliet');
  return stage;
}

function send(stage: Stage, text: string) {
  return stage.session.send({ type: 'message', to: inRoom('#verona'), txn: text, content: { text } });
}

/** Everything that came before is told. */
async function settled(stage: Stage): Promise<readonly RemoteEvent[]> {
  stage.peer.send(':Juliet!j@balcony PRIVMSG #verona :end');
  while ((await stage.ear.next('message')).content.text !== 'end');
  return stage.ear.events.filter(({ type }) => type === 'message' || type === 'notice').slice(0, -1);
}

for (const [how, caps] of [
  ['by its label', LABELS],
  ['by its text', ECHO],
] as const) {
  test(`a message has the id and time the server gave it, known ${how}`, async () => {
    await using stage = await inVerona({ caps });
    assert.deepEqual(await send(stage, 'hello'), { ids: ['m1'], at });
    const both = await Promise.all([send(stage, 'one'), send(stage, 'one')]);
    assert.deepEqual(
      both.map(({ ids }) => ids),
      [['m2'], ['m3']],
    );
    assert.deepEqual(await settled(stage), []);
  });

  test(`each line of a message has its id, known ${how}`, async () => {
    await using stage = await inVerona({ caps });
    assert.deepEqual((await send(stage, 'one\ntwo\nthree')).ids, ['m1', 'm2', 'm3']);
    const content = { text: 'sighs', style: 'action' } as const;
    const sent = await stage.session.send({ type: 'message', to: inRoom('#verona'), txn: 't', content });
    assert.deepEqual(sent.ids, ['m4']);
  });

  test(`what comes from another client of a bouncer is no echo, known ${how}`, async () => {
    await using stage = await inVerona({ caps });
    const sent = send(stage, 'hello');
    stage.peer.send(`@msgid=o1 :${stage.peer.prefix} PRIVMSG #verona :from elsewhere`);
    assert.deepEqual((await sent).ids, ['m1']);
    const [event, ...more] = await settled(stage);
    assert.ok(event?.type === 'message' && event.id === 'o1' && 'self' in event.from);
    assert.deepEqual(more, []);
  });

  test(`an echo that never comes is a refusal that says what to do, known ${how}`, async () => {
    await using stage = await inVerona({ caps, timing: { answer: 150 } }, () => undefined);
    await assert.rejects(send(stage, 'hello'), { why: 'timeout', uncertain: true, message: /Look whether/ });
    // The session goes on.
    stage.ircd.replies['PRIVMSG'] = (peer) => {
      const line = lastOf(peer);
      peer.send(`${answerTags(line, 'msgid=late')}:${peer.prefix} PRIVMSG #verona :${line.params[1]}`);
    };
    assert.deepEqual((await send(stage, 'again')).ids, ['late']);
  });

  test(`a message the server refuses is refused, known ${how}`, async () => {
    await using stage = await inVerona({ caps }, (ircd) => {
      ircd.replies['PRIVMSG'] = (peer) => {
        peer.send(`${answerTags(lastOf(peer))}:fake.test 404 romeo #verona :Cannot send to channel (+m)`);
      };
    });
    await assert.rejects(send(stage, 'hello'), { why: 'forbidden', message: /#verona did not take your message/ });
    assert.deepEqual(await settled(stage), []);
  });
}

test('only our own words in that place are an echo, be it without the formatting that the channel takes out', async () => {
  await using stage = await inVerona({ caps: ECHO }, (ircd) => {
    ircd.replies['PRIVMSG'] = (peer) => {
      const { prefix } = peer;
      peer.send('@msgid=j1 :Juliet!j@balcony PRIVMSG #verona :so bold', `@msgid=n1 :${prefix} PRIVMSG nurse :so bold`);
      peer.send(`@msgid=m1 :${prefix} PRIVMSG #verona :so bold`);
    };
  });
  const content = { text: 'so bold', markup: [{ from: 3, to: 7, as: 'strong' as const }] };
  const sent = await stage.session.send({ type: 'message', to: inRoom('#verona'), txn: 't', content });
  assert.deepEqual(sent.ids, ['m1']);
  const told = await settled(stage);
  assert.deepEqual(
    told.map((event) => event.type === 'message' && event.id),
    ['j1', 'n1'],
  );
});

test('of what the server refuses the rest is not sent', async () => {
  await using stage = await inVerona({ caps: LABELS }, (ircd) => {
    ircd.replies['PRIVMSG'] = (peer) => {
      peer.send(`${answerTags(lastOf(peer))}:fake.test 404 romeo #verona :Cannot send to channel (+m)`);
    };
  });
  // The second line waits for its turn until the first is refused.
  let turns = 0;
  const refused = Promise.withResolvers<void>();
  stage.ear.pace = async () => {
    turns += 1;
    if (turns === 2) await refused.promise;
  };
  const sent = send(stage, 'one\ntwo');
  sent.catch(() => undefined);
  await stage.peer.next(/:one$/);
  await settled(stage);
  refused.resolve();
  await assert.rejects(sent, { why: 'forbidden' });
  stage.peer.send('PING :end');
  await stage.peer.next(/PONG :end/);
  assert.equal(stage.peer.lines.filter((line) => line.includes('PRIVMSG')).length, 1);
});

test('without echoes a message is done when it is written, and its answer has no id', async () => {
  await using stage = await inVerona({ caps: 'message-tags' }, () => undefined);
  assert.deepEqual(await send(stage, 'hello'), {});
});

test('with labels alone the server says that it took a message', async () => {
  let label = '';
  await using stage = await inVerona({ caps: 'batch labeled-response' }, (ircd) => {
    ircd.replies['PRIVMSG'] = (peer) => {
      label = answerTags(lastOf(peer));
      peer.send(`${label}:fake.test ACK`);
    };
  });
  assert.deepEqual((await send(stage, 'hello')).ids, []);
  assert.match(label, /^@label=/);
});

test('a text that the server changed is known by its label', async () => {
  await using stage = await inVerona({ caps: LABELS }, (ircd) => {
    ircd.replies['PRIVMSG'] = (peer) => {
      peer.send(`${answerTags(lastOf(peer), 'msgid=m1')}:${peer.prefix} PRIVMSG #verona :[censored]`);
    };
  });
  assert.deepEqual((await send(stage, 'damn')).ids, ['m1']);
  assert.deepEqual(await settled(stage), []);
});

test('an answer of several lines has the echo, and what else it says is told', async () => {
  await using stage = await Stage.online({
    caps: LABELS,
    prepare(ircd) {
      ircd.replies['PRIVMSG'] = (peer) => {
        peer.send(
          `${answerTags(lastOf(peer))}:fake.test BATCH +b labeled-response`,
          `@batch=b;msgid=m1 :${peer.prefix} PRIVMSG juliet :hello`,
          '@batch=b :fake.test 301 romeo juliet :asleep',
          ':fake.test BATCH -b',
        );
      };
    },
  });
  const sent = await stage.session.send({
    ...({ type: 'message', to: { with: contact('juliet') }, txn: 't' } as const),
    content: { text: 'hello' },
  });
  assert.deepEqual(sent.ids, ['m1']);
  assert.equal((await stage.ear.next('notice')).text, 'juliet is away: asleep');
});

test('a labelled FAIL refuses its own message and no other', async () => {
  await using stage = await inVerona({ caps: LABELS }, (ircd) => {
    echoes(ircd);
    const echo = ircd.replies['PRIVMSG'];
    ircd.replies['PRIVMSG'] = (peer, params) => {
      const line = lastOf(peer);
      if (params[1] !== 'two') return echo?.(peer, params);
      peer.send(`${answerTags(line)}:fake.test FAIL PRIVMSG INVALID_UTF8 :Message rejected`);
    };
  });
  const [one, two, three] = await Promise.allSettled(['one', 'two', 'three'].map((text) => send(stage, text)));
  assert.equal(one?.status, 'fulfilled');
  assert.ok(two?.status === 'rejected' && two.reason.why === 'invalid' && two.reason.message === 'Message rejected');
  assert.equal(three?.status, 'fulfilled');
});

test('answers are known by their labels in whatever order they come, alone or in a batch', async () => {
  const labels: string[] = [];
  await using stage = await inVerona({ caps: LABELS }, (ircd) => {
    ircd.replies['PRIVMSG'] = (peer) => {
      const line = lastOf(peer);
      if (labels.push(answerTags(line)) < 3) return;
      const [one, two, three] = labels;
      const echo = `:${peer.prefix} PRIVMSG #verona :changed`;
      peer.send(`${three}:fake.test BATCH +1 labeled-response`, `@batch=1;msgid=m3 ${echo}`, ':fake.test BATCH -1');
      peer.send(`${two}:fake.test BATCH +2 labeled-response`, '@batch=2 :fake.test FAIL PRIVMSG X :No', 'BATCH -2');
      peer.send(`${one}${echo}`);
    };
  });
  const [one, two, three] = await Promise.allSettled(['one', 'two', 'three'].map((text) => send(stage, text)));
  assert.deepEqual(one?.status === 'fulfilled' && one.value.ids, []);
  assert.equal(two?.status === 'rejected' && two.reason.message, 'No');
  assert.deepEqual(three?.status === 'fulfilled' && three.value.ids, ['m3']);
});

test('a message to ourselves comes back once as the answer and once as a message', async () => {
  await using stage = await Stage.online({
    caps: LABELS,
    prepare(ircd) {
      ircd.replies['PRIVMSG'] = (peer) => {
        const text = `:${peer.prefix} PRIVMSG romeo :remember`;
        peer.send(`${answerTags(lastOf(peer), 'msgid=m1')}${text}`, `@msgid=m1 ${text}`);
      };
    },
  });
  const to = { with: contact('romeo') };
  const sent = await stage.session.send({ type: 'message', to, txn: 't', content: { text: 'remember' } });
  assert.deepEqual(sent.ids, ['m1']);
  // The gateway drops what has the same id.
  assert.equal((await stage.ear.next('message')).id, 'm1');
});

test('our own answers to CTCP questions are not shown when they come back', async () => {
  await using stage = await inVerona({ caps: ECHO });
  stage.peer.send(':Juliet!j@balcony PRIVMSG romeo :\x01PING 12345\x01');
  assert.ok((await stage.peer.next(/NOTICE Juliet/)).endsWith(':\x01PING 12345\x01'));
  assert.deepEqual(await settled(stage), []);
});

test('what the bridge says to services by itself is not shown when it comes back', async () => {
  const settings = {
    sasl: { account: 'romeo', password: 'wherefore' },
    afterConnect: ['PRIVMSG Q@services :AUTH secret'],
  };
  await using stage = await Stage.online({
    ...{ caps: ECHO, settings },
    prepare(ircd) {
      ircd.replies['NICKSERV'] = (peer, [text]) => {
        peer.send(`:${peer.prefix} PRIVMSG NickServ :${text}`);
        peer.send(':NickServ!NickServ@services. NOTICE romeo :You are now identified');
      };
      ircd.replies['PRIVMSG'] = (peer, [, text]) => peer.send(`:${peer.prefix} PRIVMSG Q :${text}`);
    },
  });
  await stage.join('#verona', 'Juliet');
  const told = await settled(stage);
  assert.ok(stage.peer.lines.some((line) => line.startsWith('NICKSERV')));
  assert.ok(!JSON.stringify(told).includes('secret') && !JSON.stringify(told).includes('wherefore'));
  // The user's own words of the same text are.
  stage.peer.send(`:${stage.peer.prefix} PRIVMSG Q :AUTH secret`);
  assert.equal((await stage.ear.next('message')).content.text, 'AUTH secret');
});

test('of raw lines only what is said in a room is shown when it comes back', async () => {
  await using stage = await inVerona({ caps: ECHO });
  await stage.session.send({ type: 'raw', text: 'PRIVMSG NickServ :IDENTIFY wherefore\nPRIVMSG #verona :hello' });
  await stage.peer.next(/hello$/);
  const told = (await settled(stage)).filter(({ type }) => type === 'message');
  assert.deepEqual(
    told.map((event) => 'content' in event && event.content.text),
    ['hello'],
  );
});

test('a lost connection ends a message that waits for its echo', async () => {
  await using stage = await inVerona({ caps: LABELS }, () => undefined);
  const sent = send(stage, 'hello');
  sent.catch(() => undefined);
  await stage.peer.next(/PRIVMSG #verona :hello$/);
  stage.peer.cut();
  await assert.rejects(sent, { why: 'network', uncertain: true });
});
