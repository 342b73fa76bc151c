/** Scenes of a chat with the host: commands in words. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId } from '#src/network.ts';
import { FakeNetwork } from '#test/fakes/network.ts';
import { HOST, join, occupant, ROMEO, Stage } from '#test/stage.ts';

const BARE = 'romeo@example.net';

interface Talk {
  says(line: string, lang?: string): void;
  /** The next thing the host says has all these words. */
  hears(...words: readonly string[]): Promise<string>;
}

function talk(stage: Stage, to = HOST): Talk {
  let count = 0;
  return {
    says(line, lang = 'en') {
      count += 1;
      stage.sends(
        ROMEO,
        `<message type='chat' to='${to}' id='t${count}' xml:lang='${lang}'><body>${line}</body></message>`,
      );
    },
    async hears(...words) {
      const tree = await stage.receives(ROMEO, `<message type='chat' from='${HOST}'><body/></message>`);
      const said = tree.children.find(({ name }) => name === 'body')?.text ?? '';
      for (const word of words) assert.ok(said.includes(word), `wanted “${word}” in\n${said}`);
      return said;
    },
  };
}

test('help lists what can be done, and a word that is mistyped gets a suggestion', async () => {
  await using stage = await Stage.open();
  const { says, hears } = talk(stage);
  says('help');
  const help = await hears('Fake', '• sign-in – sign in', '• join &lt;room>'.replace('&lt;', '<'));
  assert.ok(!help.includes('sign-out'));
  says('sing-in');
  await hears('Did you mean “sign-in”?', '“help”');
  says('lovely weather');
  await hears("I don't know “lovely”. Write “help”");
  says('cancel');
  await hears('There is nothing under way.');
});

test('signing in in words, with what was said first not asked again', async () => {
  await using stage = await Stage.open();
  const { says, hears } = talk(stage);
  says('sign-in fake romeo');
  await hears('Password', 'then delete the line', '“-” leaves it empty.');
  says('sword fish ');
  await hears('You are signed in to Fake.');
  await hears('delete the line with your password');
  assert.deepEqual(stage.network.session.account.settings, { nick: 'romeo', password: 'sword fish ' });
  const answers = stage.server.stanzas.join('');
  assert.ok(!answers.includes('sword fish'));
});

test('question after question, in German, with a mistake, a way back and an end', async () => {
  await using stage = await Stage.open();
  stage.network.asksCode = true;
  const { says, hears } = talk(stage);
  says('sign-in', 'de');
  await hears('„back“ fragt noch einmal, „cancel“ bricht ab.');
  await hears('Nick');
  says('-', 'de');
  await hears('„Nick“ darf nicht leer bleiben.');
  await hears('Nick');
  says('montague', 'de');
  await hears('Password', 'Was du in einem Chat schreibst');
  says('back', 'de');
  await hears('Nick');
  says('romeo', 'de');
  await hears('„-“ lässt es leer.');
  says('-', 'de');
  await hears('Prove it');
  await hears('Code');
  says('back', 'de');
  await hears('Sign in to Fake');
  await hears('Jetzt: romeo. „-“ lässt es so.');
  says('-', 'de');
  await hears('Password');
  says('cancel', 'de');
  await hears('Abgebrochen.');
  assert.deepEqual(await stage.registry.accounts.list(BARE, HOST), []);
});

test('choices and yes or no in the user’s own words', async () => {
  await using stage = await Stage.open();
  const { says, hears } = talk(stage);
  says('preferences crowd sometimes');
  await hears('Answer with one of the list, or its number.');
  await hears('Who is shown of large rooms', '4. Nobody', 'Now: As fits the size.');
  says('cancel');
  await hears('Cancelled.');
  says('preferences crowd nobody');
  await hears('Your preferences are stored.');
  says('preferences');
  await hears('“back” asks again');
  await hears('Keep the history of conversations (yes or no)', 'Now: yes.');
  says('vielleicht');
  await hears('Answer “yes” or “no”.');
  await hears('Keep the history');
  says('nein');
  await hears('Days to keep it');
  says('-');
  await hears('Who is shown of large rooms', '1. As fits the size', '2. Everyone');
  says('2');
  await hears('typing');
  says('-');
  for (const asked of ['read', 'Stay in rooms', 'Messages shown', 'an edit', 'mentions']) {
    await hears(asked);
    says('-');
  }
  await hears('3. Deutsch');
  says('deutsch');
  await hears('Deine Einstellungen sind gespeichert.');
  says('preferences typing no');
  await hears('Deine Einstellungen sind gespeichert.');
  const stored = (await stage.registry.preferences.list(BARE, HOST)).map(({ name, value }) => `${name}=${value}`);
  assert.deepEqual(stored.sort(), ['crowd=full', 'history=false', 'language=de', 'typing=false']);
});

test('a room, a contact and what goes wrong with them', async () => {
  await using stage = await Stage.open();
  const { says, hears } = talk(stage);
  says('join "#dev"');
  await hears('You are invited to #dev', `xmpp:#dev@${HOST}?join`);
  await stage.receives(BARE, `<message><x xmlns='jabber:x:conference' jid='#dev@${HOST}'/></message>`);
  says('/add bob');
  await hears(`bob@${HOST} asks to be on your contact list.`, `xmpp:bob@${HOST}`);
  stage.sends(BARE, `<presence type='subscribe' to='bob@${HOST}'/>`);
  await stage.settled();
  says('contacts');
  await hears(`• bob@${HOST} – offline`);
  says('remove ann');
  await hears('is none of your contacts');
  await hears('Name');
  says('cancel');
  await hears('Cancelled.');
});

test('ten minutes without an answer end a question, and the user is told', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await using stage = await Stage.open();
  const { says, hears } = talk(stage);
  says('join');
  await hears('“cancel” ends this.');
  await hears('Room');
  t.mock.timers.tick(600_001);
  await stage.receives(
    BARE,
    `<message><body>Nothing was answered for ten minutes, so “join” is cancelled.</body></message>`,
  );
  says('#dev');
  await hears("I don't know “#dev”.");
  t.mock.timers.reset();
});

test('a room is left by its address, somebody unblocked by name, and who names none of the list is shown it', async () => {
  await using stage = await Stage.open();
  const { says, hears } = talk(stage);
  says('sign-in romeo');
  await hears('Password');
  says('swordfish');
  await hears('You are signed in');
  await hears('delete the line');
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  await stage.skips(ROMEO);
  says('block bob');
  await hears(`bob@${HOST} is blocked.`);
  says('unblock bob');
  await hears(`bob@${HOST} is not blocked any more.`);
  says('leave dev');
  await hears('Answer with one of the list');
  await hears('Leave a room');
  await hears(`1. #dev@${HOST}`);
  says('cancel');
  await hears('Cancelled.');
  says(`leave #dev@${HOST}`);
  await stage.receives(ROMEO, `<presence type='unavailable' from='#dev@${HOST}/romeo'/>`);
  await hears('You have left #dev.');
});

test('who wrote a password is told to delete it, also when nothing came of it', async () => {
  await using stage = await Stage.open();
  stage.network.asksCode = true;
  const { says, hears } = talk(stage);
  says('sign-in romeo');
  await hears('Password');
  says('swordfish');
  await hears('Prove it');
  await hears('Code');
  says('cancel');
  await hears('Cancelled.');
  await hears('Now delete the line with your password');
});

test('lines that come faster than they are answered are refused, and the question stays', async () => {
  await using stage = await Stage.open();
  const { says, hears } = talk(stage);
  says('join');
  await hears('Enter a room');
  await hears('Room');
  const lines = Array.from(
    { length: 17 },
    () => `<message from='${ROMEO}' type='chat' to='${HOST}'><body>back</body></message>`,
  );
  stage.server.inject(lines.join(''));
  await stage.server.received(/Too much is waiting/);
  await stage.skips(ROMEO);
  says('#dev');
  const said = await stage.server.received(/You are invited to #dev|I don.t know/);
  assert.match(said, /You are invited/);
});

test('a receipt is given where one is asked for', async () => {
  await using stage = await Stage.open();
  stage.sends(
    ROMEO,
    `<message type='chat' to='${HOST}' id='r1'><body>help</body><request xmlns='urn:xmpp:receipts'/></message>`,
  );
  await stage.receives(ROMEO, `<message><received xmlns='urn:xmpp:receipts' id='r1'/></message>`);
  await stage.receives(ROMEO, '<message><body/></message>');
});

test('where the host is an account, commands begin with an exclamation mark, and the rest is for the network', async () => {
  class OneServer extends FakeNetwork {
    override place(local: string) {
      return local === '' ? { account: 'main' as AccountId } : super.place(local);
    }
  }
  await using stage = await Stage.open({ network: new OneServer() });
  const { says, hears } = talk(stage);
  says('!help');
  await hears('• !join <room> –');
  says('!join');
  await hears('Enter a room');
  await hears('Room');
  says('#dev');
  await hears('You are invited to #dev');
  says('join #dev');
  await stage.asked('raw');
  assert.deepEqual(
    stage.network.session.actions.filter(({ type }) => type === 'raw'),
    [{ type: 'raw', text: 'join #dev' }],
  );
  await stage.receivesNoMore(ROMEO);
});

test('who may not use the gateway is told so', async () => {
  await using stage = await Stage.open({ allow: ['juliet@example.net'] });
  const { says, hears } = talk(stage);
  says('help');
  await hears('romeo@example.net may not use this gateway.');
});
