import assert from 'node:assert/strict';
import { test } from 'node:test';
import { speak, translate } from '#src/text/locale.ts';
import { CZECH } from '#src/text/locale-cs.ts';
import { GERMAN } from '#src/text/locale-de.ts';
import { filesIn, promptTexts } from '#test/text/texts.ts';

const SOURCES = [
  ...filesIn('src/commands'),
  'src/preferences.ts',
  'src/xmpp/commands.ts',
  'src/xmpp/command-form.ts',
  'src/xmpp/command-sessions.ts',
  'src/xmpp/register.ts',
  'bridges/irc/settings/account.ts',
  'bridges/irc/settings/form.ts',
  ...filesIn('bridges/irc/settings/commands'),
  'src/reload.ts',
];
/** Placeholders in the help, which are typed as they are, and keys of tables. */
const NOT_SAID = /^<[^>]+>( <[^>]+>)*$|^(get|set) \{0\}$/;

test('every text of the commands and prompts has its German and its Czech', () => {
  const texts = [...promptTexts(SOURCES)].filter((text) => !NOT_SAID.test(text));
  assert.ok(texts.length > 120, 'the texts were found');
  for (const [name, dictionary] of Object.entries({ GERMAN, CZECH })) {
    assert.deepEqual(
      texts.filter((text) => dictionary[text] === undefined),
      [],
      name,
    );
  }
});

test('both dictionaries have the same texts, each with the values of the English', () => {
  assert.deepEqual(Object.keys(GERMAN), Object.keys(CZECH));
  const values = (text: string) => (text.match(/\{\d\}/g) ?? []).sort();
  for (const dictionary of [GERMAN, CZECH]) {
    for (const [english, text] of Object.entries(dictionary)) {
      assert.deepEqual([...new Set(values(text))], [...new Set(values(english))], text);
      assert.ok(!/[“”](?![^“]*“)|"/.test(text.replaceAll(/„[^“„]*“/g, '')), `Quotes of ${text}`);
    }
  }
});

test('a text is found whole or by its template, and values stay as they are', () => {
  assert.equal(translate('Sign in', 'de'), 'Anmelden');
  assert.equal(translate('Sign in', 'de-AT'), 'Anmelden');
  assert.equal(translate('Sign in', 'CS'), 'Přihlásit se');
  assert.equal(
    translate('Connection to libera lost (reset). It is tried again until it works.', 'de'),
    'Verbindung zu libera verloren (reset). Es wird weiter versucht, bis es klappt.',
  );
  assert.equal(translate('Invitation: Nick', 'de'), 'Einladung: Nick');
  assert.equal(translate('$& is blocked.', 'cs'), '$& je zablokován.');
});

test('a sentence in a sentence is translated too', () => {
  const refused = 'Register with irc.example.com. Until then Libera stays disconnected.';
  assert.equal(translate(refused, 'de'), 'Registriere dich bei irc.example.com. Bis dahin bleibt Libera getrennt.');
});

test('what has no translation stays, and says that it is English', () => {
  assert.deepEqual(speak('Xyzzy.', 'de'), { text: 'Xyzzy.', lang: 'en' });
  assert.deepEqual(speak('Sign in', 'fr'), { text: 'Sign in', lang: 'en' });
  assert.deepEqual(speak('Sign in', undefined), { text: 'Sign in', lang: 'en' });
  assert.deepEqual(speak('Sign in', 'de'), { text: 'Anmelden', lang: 'de' });
});

test('long and hostile texts cost little', () => {
  const began = performance.now();
  for (let i = 0; i < 200; i += 1) translate('“'.repeat(1_999), 'de');
  translate('x'.repeat(1_000_000), 'de');
  assert.ok(performance.now() - began < 500);
});
