/**
 * What a person sees of the gateway in Gajim: `node test/live/screenshots.ts [folder]` writes one picture for each
 * step, into a new temporary folder unless given. That a step has worked is judged by what the network and the server
 * saw of it; the pictures are for people. It needs what `test/live/install.sh gajim xvfb openbox xdotool imagemagick
 * dbus libglib2.0-bin fonts-dejavu-core fonts-noto-color-emoji` installs, and is no part of the continuous integration.
 * With `GAJIM=trixie` or `GAJIM=sid` it is that Debian's Gajim 2, of `test/live/install.sh gajim-trixie`, run by root.
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLog } from '#src/log.ts';
import type { ContactId, Content, Conversation, MediaId, MessageId, RemoteEvent, RoomId } from '#src/network.ts';
import { openRegistry } from '#src/registry/database.ts';
import { downloader } from '#src/web/download.ts';
import { openMedia } from '#src/web/open-media.ts';
import { member } from '#test/fakes/network.ts';
import { Desktop } from './desktop.ts';
import { Folder } from './folder.ts';
import { Gajim, type GajimVersion } from './gajim.ts';
import { unlessAbsent } from './installed.ts';
import { square } from './picture.ts';
import { freePorts } from './ports.ts';
import { HOST, PASSWORD, World } from './world.ts';

const room = '#verona' as RoomId;
const ROOM = `${room}@${HOST}`;
const JULIET = { contact: 'juliet' as ContactId, nick: 'Juliet' };
const PRINCE = { contact: 'prince' as ContactId, nick: 'Prince' };
const inRoom: Conversation = { room };
const withJuliet: Conversation = { with: JULIET.contact };
const MAIN = '^Gajim$';
const version = versionOf(process.env['GAJIM']);
const needs = unlessAbsent(
  'prosody',
  'mod_privilege',
  'slixmpp',
  version === 'system' ? 'gajim' : `gajim-${version}`,
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
  const login = { name: 'romeo', password: PASSWORD, port: world.server.clientPort };
  await using gajim = await Gajim.start(desktop, version, login);
  const shot = async (name: string) => writeFile(join(folder, `${name}.png`), await desktop.picture());
  await t.test('finds the gateway', () => discovered(world, gajim, shot));
  await t.test('registers by the form', () => registered(world, desktop, gajim, shot));
  await t.test('enters a channel and loads what was said before', () => joined(world, desktop, gajim, shot));
  await t.test('shows replies, edits, reactions and markup', () => listened(world, gajim, shot));
  await t.test('shows what is taken back, and who is typing', () => tookBack(world, gajim, shot));
  await t.test('sends a message and edits it', () => said(world, desktop, gajim, shot));
  await t.test('shows an image', () => pictured(world, gajim, shot));
  await t.test('shows a contact', () => befriended(world, gajim, shot));
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

/** The window that the button below that list opens, and the menu of the gateway on the roster, which 2.x has not. */
async function registered(world: World, desktop: Desktop, gajim: Gajim, shot: Shot) {
  if (gajim.modern) {
    await desktop.click('^Browsing', 130, version === 'sid' ? 368 : 318);
    await desktop.click('^Browsing', 205, 514);
  } else await gajim.actAccount('modify-gateway', `'${HOST}'`);
  await desktop.click('^Register$', 349, gajim.modern ? 188 : 168);
  await desktop.type('Romeo');
  await shot('2-registration-form');
  await desktop.click('^Register$', 533, 360);
  await world.until(() => world.network.sessions.at(-1)?.running === true);
  assert.deepEqual(world.network.session.account.settings, { nick: 'Romeo', password: '' });
  await shot('3-registered');
  await desktop.press('Escape');
  await desktop.picture();
  await desktop.press('Escape');
}

/** Another client of romeo's has been there, so there is something to load. */
async function joined(world: World, desktop: Desktop, gajim: Gajim, shot: Shot) {
  const [face, tower] = ['face' as MediaId, 'tower' as MediaId];
  world.network.files.set(face, square(64, [220, 150, 60])).set(tower, square(64, [60, 110, 160]));
  const { contact } = JULIET;
  await emit(world, { type: 'contact', contact, name: 'Juliet Capulet' });
  await emit(world, { type: 'presence', contact, presence: { show: 'online' } });
  await emit(world, { type: 'profile', contact, profile: { name: 'Juliet Capulet', avatar: face } });
  const phone = await world.xmpp('romeo', 'phone');
  await phone.joinRoom(ROOM, 'romeo');
  await emit(world, { type: 'member', room, change: 'in', member: member('Juliet', { rank: 'moderator' }) });
  await emit(world, { type: 'topic', room, topic: { text: 'Two households, both alike in dignity', by: 'Juliet' } });
  await emit(world, { type: 'settings', room, settings: {}, avatar: tower });
  await say(world, inRoom, 'before1', { text: 'What’s in a name?' });
  await say(world, inRoom, 'before2', { text: 'That which we call a rose' });
  await phone.receive({ type: 'groupchat', body: 'That which we call a rose' });
  await desktop.enlarge(MAIN);
  await gajim.act('open-chat', `['romeo', '${ROOM}']`);
  await desktop.picture();
  await desktop.press('Return');
  if (gajim.modern) {
    // The first one has only closed the advice on top.
    await desktop.picture();
    await desktop.press('Return');
  }
  await shot('4-channel');
  await desktop.press('Return');
  await world.until(() => gajim.log.includes('That which we call a rose'));
  await shot('5-history');
}

async function listened(world: World, gajim: Gajim, shot: Shot) {
  await talk(world, inRoom, 'room');
  const code = { text: 'bold and code', markup: [span(0, 4, 'strong'), span(9, 13, 'code')] } as const;
  await say(world, inRoom, 'code', code);
  await say(world, inRoom, 'spoiler', { text: 'they both die', spoiler: 'the ending' });
  await say(world, inRoom, 'waves', { text: 'waves', style: 'action' });
  await world.until(() => gajim.log.includes('/me waves'));
  await shot('6-messages');
}

/** Something said, answered, edited and reacted to, the same wherever it is said; ids begin with `name`. */
async function talk(world: World, where: Conversation, name: string) {
  const [first, second] = [`${name}1` as MessageId, `${name}2` as MessageId];
  const [at, text] = [new Date(), 'O Romeo, Romeo! wherefore art thou Romeo?'];
  await say(world, where, first, { text });
  await say(world, where, second, { text: 'Deny thy fatehr and refuse thy name' });
  const content = { text: 'Deny thy father and refuse thy name' };
  await emit(world, { type: 'edit', in: where, id: second, from: JULIET, at, content });
  const reply = { to: first, author: JULIET, quote: text };
  await say(world, where, `${name}3`, { text: 'Or, if thou wilt not, be but sworn my love', reply });
  await emit(world, { type: 'react', in: where, id: first, from: JULIET, at, reactions: ['❤️', '👍'] });
}

/** By who wrote it, and by a moderator. */
async function tookBack(world: World, gajim: Gajim, shot: Shot) {
  const [slip, spam] = ['slip' as MessageId, 'spam' as MessageId];
  await say(world, inRoom, slip, { text: 'I gave thee mine' });
  await say(world, inRoom, spam, { text: 'Poison, cheap' });
  await emit(world, { type: 'retract', in: inRoom, id: slip, from: JULIET, at: new Date() });
  await emit(world, { type: 'retract', in: inRoom, id: spam, from: PRINCE, at: new Date(), reason: 'peace' });
  // Gajim asks once for a picture, in its own time; where it is of somebody in a room as well it shows there with the
  // next presence.
  const presence = { show: 'away', status: 'On the balcony' } as const;
  await emit(world, { type: 'presence', contact: JULIET.contact, presence });
  await emit(world, { type: 'typing', in: inRoom, from: JULIET, on: true });
  await world.until(() => gajim.log.includes('<composing'));
  await shot('7-taken-back-and-typing');
  // What moves on the screen is waited for.
  await emit(world, { type: 'typing', in: inRoom, from: JULIET, on: false });
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
  if (gajim.modern) await answered(world, desktop, gajim);
  await shot('8-edited-and-answered');
}

/** Gajim counts messages from 1: the third is the first that was said after the history of two. */
async function answered(world: World, desktop: Desktop, gajim: Gajim) {
  await gajim.act('win.reply', 'uint32 3');
  await desktop.picture();
  await desktop.type('Call me but love');
  await desktop.press('Return');
  assert.equal((await world.asked('message', 2)).content.reply?.to, 'room1');
}

async function pictured(world: World, gajim: Gajim, shot: Shot) {
  await sendPicture(world, inRoom, 'sunset');
  // It loads the picture from the server's upload host, by the address it was given.
  await world.until(() => /File stored: .*sunset/.test(gajim.log));
  await shot('9-image');
}

async function sendPicture(world: World, where: Conversation, name: string) {
  const media = name as MediaId;
  const picture = square(200, [200, 40, 60]);
  world.network.files.set(media, picture);
  const { size, type } = picture;
  const file = { at: { media }, name: `${name}.png`, type, size, width: 200, height: 200 };
  await say(world, where, name, { text: '', files: [file] });
}

/** The same one-to-one. */
async function befriended(world: World, gajim: Gajim, shot: Shot) {
  await talk(world, withJuliet, 'contact');
  await gajim.act('open-chat', `['romeo', '${JULIET.contact}@${HOST}']`);
  await say(world, withJuliet, 'regret', { text: 'I gave thee mine' });
  await emit(world, { type: 'retract', in: withJuliet, id: 'regret' as MessageId, from: JULIET, at: new Date() });
  await say(world, withJuliet, 'secret', { text: 'they both die', spoiler: 'the ending' });
  await sendPicture(world, withJuliet, 'sunrise');
  await world.until(() => /File stored: .*sunrise/.test(gajim.log));
  await emit(world, { type: 'typing', in: withJuliet, from: JULIET, on: true });
  await world.until(() => gajim.log.includes('<composing'));
  await shot('10-contact');
  await emit(world, { type: 'typing', in: withJuliet, from: JULIET, on: false });
}

async function commanded(world: World, gajim: Gajim, shot: Shot) {
  await gajim.actAccount('execute-command', gajim.modern ? `('romeo', ['${HOST}'])` : `'${HOST}'`);
  await world.until(() => gajim.log.includes('Sign out'));
  await shot('11-commands');
}

function emit(world: World, event: RemoteEvent): Promise<void> {
  return world.network.session.emit(event);
}

function say(world: World, where: Conversation, id: string, content: Content): Promise<void> {
  return emit(world, { type: 'message', in: where, id: id as MessageId, from: JULIET, at: new Date(), content });
}

function versionOf(name = 'system'): GajimVersion {
  if (name === 'system' || name === 'trixie' || name === 'sid') return name;
  throw new Error(`GAJIM is system, trixie or sid, not ${name}.`);
}

function span<As extends 'strong' | 'code'>(from: number, to: number, as: As) {
  return { from, to, as };
}
