/** The socket to an IRC server: its addresses, its lines, its ends. */

import assert from 'node:assert/strict';
import dns from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { readLines, Transport, type Wire } from '#bridges/irc/connection/transport.ts';

/** A connection to a server of loopback that does nothing by itself. */
async function open(wire: Partial<Wire> = {}) {
  const stack = new AsyncDisposableStack();
  const server = createServer().listen(0, wire.address === '::1' ? '::1' : '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  const { promise: closed, resolve: onClose } = Promise.withResolvers<Error | undefined>();
  const opened = Promise.withResolvers<void>();
  const lines: string[] = [];
  const transport = new Transport({
    address: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    secure: false,
    listed: true,
    trust: { verify: true, fingerprints: [] },
    onOpen: () => opened.resolve(),
    onLine: (line) => void lines.push(line),
    onClose,
    ...wire,
  });
  const accepted = once(server, 'connection');
  transport.connect();
  stack.defer(() => transport.destroy());
  return {
    transport,
    accepted,
    opened: opened.promise,
    closed,
    lines,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('all addresses of a name are tried', async (t) => {
  const found = ['127.0.0.8', '127.0.0.9', '127.0.0.1'].map((address) => ({ address, family: 4 }));
  const addresses = [{ address: '::1', family: 6 }, ...found];
  t.mock.method(dns, 'lookup', (_: string, __: object, answer: (error: null, all: object) => void) =>
    answer(null, addresses),
  );
  await using here = await open({ address: 'irc.example.net' });
  await here.opened;
});

test('a name, or an address, of the site itself is reached only where the administrator has named it', async () => {
  await using here = await open({ address: 'localhost', listed: false });
  assert.match((await here.closed)?.message ?? '', /has no public address/);
});

test('it connects from the address that is wanted, and not at all from one that is not here', async () => {
  await using here = await open({ from: '127.0.0.9' });
  const [socket] = (await here.accepted) as [Socket];
  assert.equal(socket.remoteAddress, '127.0.0.9');
  await using elsewhere = await open({ from: '192.0.2.1' });
  assert.match(String(await elsewhere.closed), /EADDRNOTAVAIL/);
});

test('whose connection it is can be known as soon as the server knows of it', async () => {
  const ports: (number | undefined)[] = [];
  await using here = await open({ onConnect: (socket) => void ports.push(socket.localPort) });
  const [socket] = (await here.accepted) as [Socket];
  await here.opened;
  assert.deepEqual(ports, [socket.remotePort]);
});

test('lines that come in pieces are put together', async () => {
  await using here = await open();
  const [socket] = (await here.accepted) as [Socket];
  await here.opened;
  const bytes = Buffer.from('PRIVMSG #verona :grüße\r\nPING :a\nPI');
  for (const byte of bytes) {
    socket.write(Buffer.from([byte]));
    await new Promise(setImmediate);
  }
  socket.end('NG :b\r\n');
  await here.closed;
  assert.deepEqual(here.lines, ['PRIVMSG #verona :grüße', 'PING :a', 'PING :b']);
});

test('a line without an end is the end', async () => {
  await using here = await open();
  const [socket] = (await here.accepted) as [Socket];
  socket.on('error', () => undefined).write(Buffer.alloc(100_000, 'a'));
  assert.equal((await here.closed)?.message, 'the server sent a line without an end');
});

test('a server that reads nothing is given up', async () => {
  await using here = await open();
  const [socket] = (await here.accepted) as [Socket];
  await here.opened;
  socket.on('error', () => undefined).pause();
  for (let count = 0; count < 100; count += 1) {
    here.transport.writeLine('a'.repeat(100_000));
    here.transport.flush();
  }
  assert.equal((await here.closed)?.message, 'the server reads nothing any more');
});

test('a line of ours can not become two', async () => {
  await using here = await open();
  const [socket] = (await here.accepted) as [Socket];
  await here.opened;
  here.transport.writeLine('PRIVMSG a :b\r\nQUIT\0');
  const [said] = (await once(socket, 'data')) as [Buffer];
  assert.equal(said.toString(), 'PRIVMSG a :b QUIT \r\n');
});

test('empty and over-long lines are left out', () => {
  assert.deepEqual(readLines(Buffer.from(`a\r\n\r\n\n${'b'.repeat(20_000)}\nc`)), ['a', 'c']);
  assert.deepEqual(readLines(Buffer.from([0xe9, 0x0a, 0x62])), ['é', 'b']);
});
