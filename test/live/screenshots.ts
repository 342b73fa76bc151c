/**
 * What a person sees of the gateway in Gajim: `node test/live/screenshots.ts [folder]` writes one picture for each
 * step, into a new temporary folder unless given. That a step has worked is judged by what the network and the server
 * saw of it; the pictures are for people. It needs what `test/live/install.sh gajim xvfb openbox xdotool imagemagick
 * dbus libglib2.0-bin fonts-dejavu-core fonts-noto-color-emoji` installs, and is no part of the continuous integration.
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { createLog } from '#src/log.ts';
import type { ContactId, Content, MediaId, MessageId, RemoteEvent, RoomId } from '#src/network.ts';
import { openRegistry } from '#src/registry/database.ts';
import { downloader } from '#src/web/download.ts';
import { openMedia } from '#src/web/open-media.ts';
import { member } from '#test/fakes/network.ts';
import { Desktop } from './desktop.ts';
import { Folder } from './folder.ts';
import { Gajim } from './gajim.ts';
import { unlessAbsent } from './installed.ts';
import { freePorts } from './ports.ts';
import { HOST, PASSWORD, World } from './world.ts';

const room = '#verona' as RoomId;
const ROOM = `${room}@${HOST}`;
const JULIET = { contact: 'juliet' as ContactId, nick: 'Juliet' };
const MAIN = '^Gajim$';
const needs = unlessAbsent(
  'prosody',
  'mod_privilege',
  'slixmpp',
  'gajim',
  'Xvfb',
  'openbox',
  'xdotool',
  'import',
  'gdbus',
);

test('Gajim', { ...needs, timeout: 240_000 }, async (t) => {
  const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'isthmus-screenshots-')));
  await mkdir(folder, { recursive: true });
  await using world = await openWorld(t);
  await using desktop = await Desktop.start();
  await using gajim = await Gajim.start(desktop, { name: 'romeo', password: PASSWORD, port: world.server.clientPort });
  const shot = async (name: string) => writeFile(join(folder, `${name}.png`), await desktop.picture());
  await t.test('finds the gateway', () => discovered(world, gajim, shot));
  await t.test('registers by the form', () => registered(world, desktop, gajim, shot));
  await t.test('enters a channel and loads what was said before', () => joined(world, desktop, gajim, shot));
  await t.test('shows replies, edits, reactions and markup', () => listened(world, gajim, shot));
  await t.test('sends a message and edits it', () => said(world, desktop, gajim, shot));
  await t.test('shows an image', () => pictured(world, gajim, shot));
  await t.test('offers the commands', () => commanded(world, gajim, shot));
  console.log(`The pictures are in ${folder}.`);
});

type Shot = (name: string) => Promise<void>;

/** With a server that takes files, and grants what it has. */
async function openWorld(t: TestContext): Promise<World> {
  const parts = new AsyncDisposableStack();
  t.after(() => parts[Symbol.asyncDispose]());
  const data = parts.use(await Folder.make('media')).path;
  const registry = parts.use(await openRegistry(':memory:', randomBytes(32)));
  const [port = 0] = await freePorts(1);
  const http = { listen: '127.0.0.1', port, public_url: `http://127.0.0.1:${port}` };
  const bytes = { max_bytes: 1_000_000, user_bytes: 1_000_000, total_bytes: 1_000_000 };
  const settings = { ...bytes, days: 1, allow_addresses: [], trusted_domains: ['localhost'] };
  const media = parts.use(await openMedia({ data, http, media: settings }, registry, createLog('silent')));
  const component = { media, download: downloader(['127.0.0.1']) };
  return World.open(t, { privileges: true, upload: true, registry, component });
}

async function discovered(world: World, gajim: Gajim, shot: Shot) {
  await gajim.actAccount('services');
  await world.until(() => /<identity [^>]*category='gateway'/.test(gajim.log));
  await shot('1-discovery');
}

/** The window that the button below that list opens, and the menu of the gateway on the roster. */
async function registered(world: World, desktop: Desktop, gajim: Gajim, shot: Shot) {
  await gajim.actAccount('modify-gateway', `'${HOST}'`);
  await desktop.click('^Register$', 349, 168);
  await desktop.type('Romeo');
  await shot('2-registration-form');
  await desktop.click('^Register$', 531, 359);
  await world.until(() => world.network.sessions.at(-1)?.running === true);
  assert.deepEqual(world.network.session.account.settings, { nick: 'Romeo', password: '' });
  await shot('3-registered');
  await desktop.press('Escape');
  await desktop.picture();
  await desktop.press('Escape');
}

/** Another client of romeo's has been there, so there is something to load. */
async function joined(world: World, desktop: Desktop, gajim: Gajim, shot: Shot) {
  const phone = await world.xmpp('romeo', 'phone');
  await phone.joinRoom(ROOM, 'romeo');
  await emit(world, { type: 'member', room, change: 'in', member: member('Juliet', { rank: 'moderator' }) });
  await emit(world, { type: 'topic', room, topic: { text: 'Two households, both alike in dignity', by: 'Juliet' } });
  await say(world, 'before1', { text: 'What’s in a name?' });
  await say(world, 'before2', { text: 'That which we call a rose' });
  await phone.receive({ type: 'groupchat', body: 'That which we call a rose' });
  await desktop.enlarge(MAIN);
  await gajim.act('open-link', `['romeo', 'xmpp:${encodeURIComponent(room)}@${HOST}?join']`);
  await desktop.picture();
  await desktop.press('Return');
  await shot('4-channel');
  await desktop.press('Return');
  await world.until(() => gajim.log.includes('That which we call a rose'));
  await shot('5-history');
}

async function listened(world: World, gajim: Gajim, shot: Shot) {
  await say(world, 'net1', { text: 'O Romeo, Romeo! wherefore art thou Romeo?' });
  await say(world, 'net2', { text: 'Deny thy fatehr and refuse thy name' });
  const id = 'net2' as MessageId;
  const content = { text: 'Deny thy father and refuse thy name' };
  await emit(world, { type: 'edit', in: { room }, id, from: JULIET, at: new Date(), content });
  const reply = { to: 'net1' as MessageId, author: JULIET, quote: 'O Romeo, Romeo! wherefore art thou Romeo?' };
  await say(world, 'net3', { text: 'Or, if thou wilt not, be but sworn my love', reply });
  const reactions = ['❤️', '👍'];
  await emit(world, { type: 'react', in: { room }, id: reply.to, from: JULIET, at: new Date(), reactions });
  const code = { text: 'bold and code', markup: [span(0, 4, 'strong'), span(9, 13, 'code')] } as const;
  await say(world, 'net4', code);
  await say(world, 'net5', { text: 'they both die', spoiler: 'the ending' });
  await say(world, 'net6', { text: 'waves', style: 'action' });
  await world.until(() => gajim.log.includes('/me waves'));
  await shot('6-messages');
}

async function said(world: World, desktop: Desktop, gajim: Gajim, shot: Shot) {
  await desktop.click(MAIN, 799, 847);
  await desktop.type('I take thee at thy wrod');
  await desktop.press('Return');
  assert.equal((await world.asked('message')).content.text, 'I take thee at thy wrod');
  await desktop.picture();
  await gajim.act('win.correct-message');
  await desktop.picture();
  await desktop.press('ctrl+a');
  await desktop.type('I take thee at thy word');
  await desktop.press('Return');
  assert.equal((await world.asked('edit')).content.text, 'I take thee at thy word');
  await shot('7-edited');
}

async function pictured(world: World, gajim: Gajim, shot: Shot) {
  const bytes = redSquare(200);
  const media = 'sunset' as MediaId;
  world.network.files.set(media, { type: 'image/png', size: bytes.length, bytes: ReadableStream.from([bytes]) });
  const file = { at: { media }, name: 'sunset.png', type: 'image/png', size: bytes.length, width: 200, height: 200 };
  await say(world, 'net7', { text: '', files: [file] });
  // It loads the picture from the server's upload host, by the address it was given.
  await world.until(() => gajim.log.includes('Thumbnail stored: sunset'));
  await shot('8-image');
}

async function commanded(world: World, gajim: Gajim, shot: Shot) {
  await gajim.actAccount('execute-command', `'${HOST}'`);
  await world.until(() => gajim.log.includes('Sign out'));
  await shot('9-commands');
}

function emit(world: World, event: RemoteEvent): Promise<void> {
  return world.network.session.emit(event);
}

function say(world: World, id: string, content: Content): Promise<void> {
  return emit(world, { type: 'message', in: { room }, id: id as MessageId, from: JULIET, at: new Date(), content });
}

function span<As extends 'strong' | 'code'>(from: number, to: number, as: As) {
  return { from, to, as };
}

/** A picture that every program can read: PNG, 8 bits a channel. */
function redSquare(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2], 8);
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(side * 3, Buffer.of(200, 40, 60))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
