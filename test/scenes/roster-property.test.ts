/** Whatever a network lists, and whatever a user does: nothing is set twice, and nothing that is not ours is touched. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ContactId } from '#src/network.ts';
import { DIALECTS, FakeVhost } from '#test/fakes/vhost.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { HOST, ROMEO, Stage } from '#test/stage.ts';

const BARE = 'romeo@example.net';
const RUNS = Number(process.env['ROSTER_RUNS'] ?? 5);
const REGISTER = `<iq type='set' to='${HOST}' id='r'><query xmlns='jabber:iq:register'><nick>romeo</nick></query></iq>`;

const name = fc.constantFrom('ann', 'bea', 'cleo', 'dora');
const step = fc.oneof(
  fc.record({ type: fc.constant('listed' as const), name }),
  fc.record({ type: fc.constant('gone' as const), name }),
  fc.record({ type: fc.constant('removed' as const), name }),
  fc.record({ type: fc.constant('restarted' as const), name }),
);

for (const kind of ['Prosody 13', 'ejabberd 26.07'] as const) {
  test(`${kind}: each contact is set once per time it is on the list, and others' items stay`, async () => {
    const steps = fc.array(step, { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        const vhost = new FakeVhost(HOST, DIALECTS[kind]);
        const nurse = { name: 'Nurse', group: 'Home', subscription: 'both' };
        vhost.roster(BARE).set('nurse@example.org', nurse);
        await using stage = await Stage.open();
        stage.server.options = { ...stage.server.options, answer: vhost.answer };
        stage.server.inject(vhost.advert);
        stage.sends(ROMEO, REGISTER);
        await stage.receives(ROMEO, `<iq type='result' id='r'/>`);
        stage.sends(ROMEO, `<presence to='${HOST}'/>`);
        await until(() => stage.network.sessions.length > 0 && stage.network.session.running);
        /** How often each may have been set: once, and once more after the network took it off its list. */
        const allowed = new Map<string, number>();
        const listed = new Set<string>();
        for (const { type, name } of story) {
          const contact = name as ContactId;
          if (type === 'listed' && !listed.has(name)) {
            listed.add(name);
            allowed.set(name, (allowed.get(name) ?? 0) + 1);
          }
          if (type === 'gone') listed.delete(name);
          if (type === 'listed') await stage.network.session.emit({ type: 'contact', contact });
          if (type === 'gone') await stage.network.session.emit({ type: 'contact', contact, off: true });
          if (type === 'removed') stage.sends(BARE, `<presence type='unsubscribe' to='${name}@${HOST}'/>`);
          if (type === 'restarted') stage.server.inject(vhost.advert);
          await stage.settled();
        }
        await stage.network.session.emit({ type: 'contact', contact: 'zoe' as ContactId });
        await until(() => vhost.roster(BARE).has(`zoe@${HOST}`));
        for (const each of ['ann', 'bea', 'cleo', 'dora']) {
          const sets = vhost.set.filter((jid) => jid === `${each}@${HOST}`).length;
          assert.ok(sets <= (allowed.get(each) ?? 0), `${each} was set ${sets} times`);
        }
        assert.deepEqual(vhost.roster(BARE).get('nurse@example.org'), nurse);
        assert.ok([...vhost.set, ...vhost.removed].every((jid) => jid === HOST || jid.endsWith(`@${HOST}`)));
      }),
      { numRuns: RUNS },
    );
  });
}
