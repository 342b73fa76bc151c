/** SCRAM against the examples of RFC 7677 §3 and of servers that lie. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scram } from '#bridges/irc/login/scram.ts';

const ACCOUNT = { account: 'user', password: 'pencil' };
const NONCE = 'rOprNGfwEbeRWgbNEkqO';
const FIRST = `r=${NONCE}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
const said = async (result: Promise<IteratorResult<string, void>>) => (await result).value;

test('the example of RFC 7677 §3 is spoken word by word', async () => {
  const mechanism = scram('sha256', ACCOUNT, NONCE);
  assert.equal(await said(mechanism.next('')), `n,,n=user,r=${NONCE}`);
  assert.equal(
    await said(mechanism.next(FIRST)),
    `c=biws,r=${NONCE}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
  );
  assert.equal(await said(mechanism.next('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')), '');
});

test('a server that does not know the password is not believed', async () => {
  const mechanism = scram('sha256', ACCOUNT, NONCE);
  await mechanism.next('');
  await mechanism.next(FIRST);
  await assert.rejects(mechanism.next('v=AAriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='), /another one/);
});

for (const [what, challenge] of [
  ['a nonce that is not ours', FIRST.replace(NONCE, 'another')],
  ['a nonce to which nothing was added', FIRST.replace(/%[^,]*/, '')],
  ['no salt', FIRST.replace(/s=[^,]*/, 's=')],
  ['too many rounds', FIRST.replace('4096', '400000000')],
  ['no number of rounds', FIRST.replace('4096', 'many')],
] as const) {
  test(`a challenge with ${what} ends the login`, async () => {
    const mechanism = scram('sha256', ACCOUNT, NONCE);
    await mechanism.next('');
    await assert.rejects(mechanism.next(challenge), /bad/);
  });
}

test('a comma and an equals sign in a name are escaped', async () => {
  assert.equal(await said(scram('sha512', { ...ACCOUNT, account: 'a=b,c' }, 'x').next('')), 'n,,n=a=3Db=2Cc,r=x');
});
