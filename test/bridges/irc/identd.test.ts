/** What IRC servers are told when they ask whose a connection is (RFC 1413). */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { Identd } from '#bridges/irc/connection/identd.ts';

const ROMEO = createHash('sha1').update('romeo@example.net').digest('hex');
const LOOPBACK = { listen: '127.0.0.1', port: 0 };

/** An identd, and a connection of romeo's to a server of loopback. */
async function open() {
  const stack = new AsyncDisposableStack();
  const stop = new AbortController();
  const identd = new Identd(LOOPBACK);
  const served = identd.serve(stop.signal);
  const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  while (identd.port === 0) await new Promise(setImmediate);
  stack.defer(() => served);
  stack.defer(() => stop.abort());
  stack.defer(() => void server.close());
  stack.defer(() => void socket.destroy());
  return { identd, socket, stop, served, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function ask({ port }: Identd, question: string, localAddress = '127.0.0.1'): Promise<string> {
  const client = connect({ port, host: '127.0.0.1', localAddress });
  client.write(question);
  return text(client);
}

const pair = ({ localPort, remotePort }: Socket) => `${localPort}, ${remotePort}`;

test('a server is told a code of the user whose connection it asks about', async () => {
  await using here = await open();
  here.identd.add(here.socket, 'romeo@example.net');
  const ports = pair(here.socket);
  assert.equal(await ask(here.identd, `${ports}\r\n`), `${ports} : USERID : UNIX : ${ROMEO}\r\n`);
  assert.equal(await ask(here.identd, ` ${ports.replace(' ', '')}\n`), `${ports} : USERID : UNIX : ${ROMEO}\r\n`);
});

test('a question that is faster than our own knowledge is answered', async () => {
  await using here = await open();
  const answer = ask(here.identd, `${pair(here.socket)}\r\n`);
  // Who comes later is served later: the first question has been read.
  await ask(here.identd, 'x\r\n');
  here.identd.add(here.socket, 'romeo@example.net');
  assert.match(await answer, new RegExp(ROMEO));
});

test('it goes on when a connection can not be accepted', async () => {
  await using here = await open();
  here.identd.add(here.socket, 'romeo@example.net');
  const listening: Server[] = [];
  const hear = (message: unknown) => {
    const { server } = (message as { socket: Socket & { server?: Server } }).socket;
    if (server) listening.push(server);
  };
  subscribe('net.server.socket', hear);
  await ask(here.identd, 'x\r\n');
  unsubscribe('net.server.socket', hear);
  const [server] = listening;
  assert.ok(server);
  // As Node does it where `accept` fails.
  for (let times = 0; times < 2; times += 1) {
    server.emit('error', new Error('accept EMFILE'));
    await new Promise(setImmediate);
  }
  assert.match(await ask(here.identd, `${pair(here.socket)}\r\n`), new RegExp(ROMEO));
});

test('nobody but the other end of the connection is told', async () => {
  await using here = await open();
  here.identd.add(here.socket, 'romeo@example.net');
  const ports = pair(here.socket);
  assert.equal(await ask(here.identd, `${ports}\r\n`, '127.0.0.2'), `${ports} : ERROR : NO-USER\r\n`);
});

test('a connection that is over is nobody’s', async () => {
  await using here = await open();
  here.identd.add(here.socket, 'romeo@example.net');
  const ports = pair(here.socket);
  here.socket.destroy();
  await once(here.socket, 'close');
  assert.equal(await ask(here.identd, `${ports}\r\n`), `${ports} : ERROR : NO-USER\r\n`);
});

for (const question of [
  '0, 6667',
  '6667, 70000',
  'x',
  '',
  '1',
  '-1, 5',
  `${'1'.repeat(500)}`,
  '1, 2 ; drop',
  '__proto__, 1',
]) {
  test(`nonsense is answered with an error: ${question.slice(0, 20)}`, async () => {
    await using here = await open();
    assert.match(await ask(here.identd, `${question}\r\n`), / : ERROR : (INVALID-PORT|NO-USER)\r\n$/);
  });
}

test('it ends with the network, whoever is still there', async () => {
  await using here = await open();
  const idle = connect(here.identd.port, '127.0.0.1');
  await once(idle, 'connect');
  here.stop.abort();
  await here.served;
  idle.on('error', () => undefined);
  if (!idle.destroyed) await once(idle, 'close');
  await new Identd(LOOPBACK).serve(AbortSignal.abort());
});

test('a port that is taken is told to the administrator in a sentence', async () => {
  await using here = await open();
  const second = new Identd({ ...LOOPBACK, port: here.identd.port });
  await assert.rejects(second.serve(here.stop.signal), { message: /^Something else listens on port \d+/ });
});
