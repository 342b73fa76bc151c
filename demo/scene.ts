/** The conversation: romeo on XMPP, Juliet on IRC; each line is timed and must arrive on the other side. */

import { setTimeout as pause } from 'node:timers/promises';
import { styleText } from 'node:util';
import { childOf, type Element, textOf } from '#test/live/element.ts';
import type { IrcClient } from '#test/live/irc-client.ts';
import type { XmppClient } from '#test/live/xmpp-client.ts';
import { CHANNEL, JULIET, ROOM } from './stage.ts';

const MUC_USER = 'http://jabber.org/protocol/muc#user';
const OUT = 'XMPP → IRC';
const BACK = 'IRC → XMPP';
const BOTH = 'XMPP ⇄ IRC';
const COLOURS = { [OUT]: 'cyan', [BACK]: 'magenta', [BOTH]: 'green' } as const;
// So that a person can read along.
const READING_MS = 300;

/** Throws when a line does not arrive, naming the hop that failed. */
export async function playScene(romeo: XmppClient, juliet: IrcClient): Promise<void> {
  await hop(BOTH, `Romeo connects, joins ${CHANNEL} and sees Juliet`, () =>
    Promise.all([
      romeo.joinRoom(ROOM, 'Romeo'),
      juliet.expect(/^:Romeo!\S+ JOIN :?#isthmus/),
      romeo.receive((stanza) => stanza.attrs['from'] === `${ROOM}/Juliet` && roleIn(stanza) === 'moderator'),
    ]),
  );
  await outToRoom(romeo, juliet, 'It is the east, and Juliet is the sun. 🌅');
  await backToRoom(romeo, juliet, 'O Romeo, Romeo! Wherefore art thou Romeo?');
  await backToRoom(romeo, juliet, 'רומיאו, רומיאו! 🌹');
  await outInPrivate(romeo, juliet, 'I take thee at thy word.');
  await backInPrivate(romeo, juliet, 'Dost thou love me? Grüße!');
  await hop(BACK, 'Juliet takes the nick Rosaline', () => {
    juliet.raw('NICK Rosaline');
    return romeo.receive({ name: 'presence', from: `${ROOM}/Rosaline`, type: '' });
  });
  await juliet.rename('Juliet');
  await hop(BOTH, 'Romeo adds Juliet to his contacts and sees her online', () => {
    romeo.send(`<presence type="subscribe" to="${JULIET}"/><presence type="subscribed" to="${JULIET}"/>`);
    return romeo.receive({ name: 'presence', from: `${JULIET}/isthmus`, type: '' });
  });
  await hop(BACK, 'Juliet goes away', () => {
    juliet.raw('AWAY :The nurse calls');
    return romeo.receive((stanza) => stanza.attrs['from'] === `${JULIET}/isthmus` && textOf(stanza, 'show') === 'away');
  });
  juliet.raw('AWAY');
}

function outToRoom(romeo: XmppClient, juliet: IrcClient, text: string): Promise<void> {
  return hop(OUT, `<Romeo> ${text}`, () => {
    const id = romeo.say(ROOM, text, 'groupchat');
    // The copy that a room sends back is the sender's tick.
    const tick = romeo.receive({ name: 'message', from: `${ROOM}/Romeo`, id, body: text });
    return Promise.all([told(juliet, CHANNEL, text), tick]);
  });
}

function backToRoom(romeo: XmppClient, juliet: IrcClient, text: string): Promise<void> {
  return hop(BACK, `<Juliet> ${text}`, () => {
    juliet.say(CHANNEL, text);
    return romeo.receive({ name: 'message', from: `${ROOM}/Juliet`, type: 'groupchat', body: text });
  });
}

function outInPrivate(romeo: XmppClient, juliet: IrcClient, text: string): Promise<void> {
  return hop(OUT, `(private) <Romeo> ${text}`, () => {
    romeo.say(JULIET, text);
    return told(juliet, 'Juliet', text);
  });
}

function backInPrivate(romeo: XmppClient, juliet: IrcClient, text: string): Promise<void> {
  return hop(BACK, `(private) <Juliet> ${text}`, () => {
    juliet.say('Romeo', text);
    return romeo.receive({ name: 'message', from: JULIET, type: 'chat', body: text });
  });
}

function told(client: IrcClient, to: string, text: string) {
  return client.expect(({ command, params }) => command === 'PRIVMSG' && params[0] === to && params[1] === text);
}

/** XEP-0045 §5.1 */
function roleIn(presence: Element): string | undefined {
  return childOf(childOf(presence, 'x', MUC_USER), 'item')?.attrs['role'];
}

async function hop(road: keyof typeof COLOURS, line: string, play: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  try {
    await play();
  } catch (cause) {
    throw new Error(`${road} failed; this did not arrive: ${line}`, { cause });
  }
  const ms = (performance.now() - start).toFixed(1).padStart(6);
  console.log(`${styleText('dim', `${ms} ms`)}  ${styleText(COLOURS[road], road)}  ${line}`);
  await pause(READING_MS);
}
