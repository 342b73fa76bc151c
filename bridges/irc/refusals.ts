/** Errors of the server (modern.ircdocs.horse "Numerics" and what common servers add) as refusals. */

import { Refusal, type Why } from '#src/network.ts';
import type { Line } from './line.ts';
import { isChannelName } from './names.ts';

type Sentence = (target: string, said: string) => string;

/** Nicks and channels share the numeric, and some servers say by it that a nick has to stay (ircu, UnrealIRCd). */
const unavailable: Sentence = (name, said) =>
  /\bchange nickname\b/i.test(said)
    ? `You can't change your nick now: ${said}`
    : `${name} can't be used for the moment. Try again later.`;
/** RFC 2811 §2.1 has channels without modes, which answer so when asked for them. */
const needsAccount: Sentence = (channel, said) =>
  /\bmodes\b/.test(said) ? `${channel}: ${said}` : `${channel} asks you to be logged in to the network first: ${said}`;
const needsTls: Sentence = (channel) => `${channel} takes only encrypted connections; ask the gateway's admin for TLS.`;
const forOperators: Sentence = (channel) => `${channel} is for operators of the server only.`;

/** ngIRCd refuses with the numeric of a full channel for other modes as well, and names the mode. */
function closedAs(said: string): ((channel: string) => string) | undefined {
  const mode = /\(\+([zOR])\)/.exec(said)?.[1];
  if (mode === 'z') return (channel) => needsTls(channel, said);
  if (mode === 'O') return (channel) => forOperators(channel, said);
  return mode === 'R' ? (channel) => needsAccount(channel, said) : undefined;
}

const REFUSALS: Readonly<Record<string, readonly [Why, Sentence]>> = {
  401: ['not-found', (nick) => `${nick} is not on this server now.`],
  402: ['not-found', (name) => `There is no server ${name} here.`],
  403: ['not-found', (channel) => `There is no channel ${channel} here. Look at the spelling.`],
  404: ['forbidden', (channel, said) => `${channel} did not take your message: ${said}`],
  405: [
    'not-allowed',
    (channel) => `You are in as many channels as the server allows. Leave one, then join ${channel}.`,
  ],
  407: ['invalid', (target, said) => `${target}: ${said}`],
  408: ['forbidden', (channel, said) => `${channel} did not take your message: ${said}`],
  415: ['forbidden', (channel) => `${channel} takes messages only from people who are logged in to the network.`],
  432: ['invalid', (nick) => `The server does not allow the nick ${nick}. Choose another.`],
  433: ['nick-taken', (nick) => `The nick ${nick} is in use. Choose another.`],
  436: ['nick-taken', (nick) => `The nick ${nick} is in use. Choose another.`],
  435: ['forbidden', (_, said) => `You can't change your nick now: ${said}`],
  437: ['nick-taken', unavailable],
  438: ['too-fast', (_, said) => `You changed your nick too often. Wait, then try again: ${said}`],
  439: ['too-fast', (_, said) => `${said} Wait, then try again.`],
  440: ['not-found', (nick, said) => `${nick} did not get your message: ${said} Try again later.`],
  448: ['not-allowed', (channel, said) => `${channel}: ${said}`],
  495: ['not-allowed', (channel, said) => `${channel}: ${said}`],
  500: ['too-fast', (channel, said) => `${channel}: ${said}`],
  609: ['not-allowed', (channel, said) => `${channel}: ${said}`],
  926: ['not-allowed', (channel, said) => `${channel}: ${said}`],
  441: ['not-found', (nick) => `${nick} is not in the channel.`],
  442: ['not-joined', (channel) => `You are not in ${channel}. Join it first.`],
  443: ['not-allowed', (nick) => `${nick} is in the channel already.`],
  447: ['forbidden', (_, said) => `You can't change your nick now: ${said}`],
  461: ['invalid', (command, said) => `${command}: ${said}`],
  467: ['not-allowed', (channel) => `${channel} has a password already. Take it away first, then set another.`],
  468: ['forbidden', (channel, said) => `${channel}: ${said}`],
  470: ['not-allowed', (channel, said) => `${channel} sends people to another channel: ${said}`],
  469: ['not-allowed', needsTls],
  471: ['full', (channel, said) => closedAs(said)?.(channel) ?? `${channel} is full. Try again later.`],
  472: ['unsupported', (mode) => `The server does not know the mode ${mode}.`],
  473: ['members-only', (channel) => `${channel} is for invited people only. Ask one of its operators.`],
  474: ['banned', (channel) => `You are banned from ${channel}. Ask one of its operators.`],
  475: ['password', (channel) => `${channel} needs a password. Join again with the right one.`],
  476: ['invalid', (channel) => `${channel} can't be the name of a channel here.`],
  477: ['members-only', needsAccount],
  478: ['full', (channel) => `The list of bans of ${channel} is full.`],
  479: ['invalid', (channel) => `${channel} can't be the name of a channel here.`],
  480: ['not-allowed', (channel, said) => `${channel} can't be joined now: ${said}`],
  481: ['forbidden', (_, said) => said],
  482: ['forbidden', (channel) => `You need to be an operator of ${channel} for that.`],
  484: ['forbidden', (_, said) => said],
  485: ['forbidden', (channel, said) => (channel ? `${channel}: ${said}` : said)],
  486: ['forbidden', (nick, said) => `${nick} did not get your message: ${said}`],
  488: ['not-allowed', needsTls],
  489: ['not-allowed', needsTls],
  494: ['forbidden', (nick, said) => `${nick} did not get your message: ${said}`],
  499: ['forbidden', (channel) => `You need to be an owner of ${channel} for that.`],
  518: ['forbidden', (_, said) => said],
  519: ['forbidden', forOperators],
  520: ['forbidden', forOperators],
  524: ['not-allowed', (channel, said) => `${channel}: ${said}`],
  531: ['forbidden', (nick, said) => `${nick} did not get your message: ${said}`],
  525: ['invalid', (channel) => `${channel} does not take that password. Choose another.`],
  696: ['invalid', (channel, said) => `${channel}: ${said}`],
  707: ['too-fast', (nick, said) => `${nick} did not get your message: ${said}. Wait, then send it again.`],
  716: ['forbidden', (nick) => `${nick} takes messages only from people they know.`],
  742: ['forbidden', (channel, said) => `${channel}: ${said}`],
  743: ['invalid', (channel, said) => `${channel}: ${said}`],
  744: ['forbidden', (channel, said) => `${channel}: ${said}`],
  936: ['forbidden', (channel, said) => `${channel} did not take your message: ${said}`],
};

/** The numerics that may answer a JOIN, with the channel as first parameter. */
export const JOIN_ERRORS = new Set(
  '403 405 407 437 439 448 469 470 471 473 474 475 476 477 479 480 485 489 495 500 520 524 609 926'.split(' '),
);
/** Those that have the channel only in their text, or not at all: bahamut's where TLS is missing, UnrealIRCd's +O and +A. */
export const NAMELESS_JOIN_ERRORS = new Set(['488', '519', '520']);
/** Those that may answer a message, with its target first. */
export const MESSAGE_ERRORS = new Set('401 402 403 404 407 408 415 439 440 477 486 489 494 531 707 716 936'.split(' '));
export const NICK_ERRORS = new Set('432 433 435 436 437 438 447 484'.split(' '));
/** Those that may answer a change of a channel or of its members. */
export const CHANNEL_ERRORS = new Set(
  '401 403 437 441 442 443 461 467 468 472 477 478 481 482 484 485 499 518 525 696 742 743 744'.split(' '),
);

/** The refusal a numeric means; undefined for one that is no error known here. */
export function refusalOf(line: Line): Refusal | undefined {
  const [why, sentence] = REFUSALS[line.command] ?? [];
  if (!why || !sentence) return undefined;
  const said = line.params.at(-1) ?? '';
  const target = line.params.length > 2 ? (line.params[1] ?? '') : '';
  // A conflict of nicks is something else than a channel that is shut for a while.
  const shut = line.command === '437' && isChannelName(target);
  return new Refusal(shut ? 'too-fast' : why, sentence(target, said));
}
