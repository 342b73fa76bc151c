/** Errors of the server (modern.ircdocs.horse "Numerics" and what common servers add) as refusals. */

import { Refusal, type Why } from '#src/network.ts';
import type { Line } from './line.ts';

type Sentence = (target: string, said: string) => string;

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
  432: ['invalid', (nick) => `The server does not allow the nick ${nick}. Choose another.`],
  433: ['nick-taken', (nick) => `The nick ${nick} is in use. Choose another.`],
  436: ['nick-taken', (nick) => `The nick ${nick} is in use. Choose another.`],
  437: ['nick-taken', (name) => `${name} can't be used for the moment. Try again later.`],
  438: ['too-fast', (_, said) => `You changed your nick too often. Wait, then try again: ${said}`],
  439: ['too-fast', (_, said) => `${said} Wait, then try again.`],
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
  470: ['not-allowed', (channel, said) => `${channel} sends people to another channel: ${said}`],
  471: ['full', (channel) => `${channel} is full. Try again later.`],
  472: ['unsupported', (mode) => `The server does not know the mode ${mode}.`],
  473: ['members-only', (channel) => `${channel} is for invited people only. Ask one of its operators.`],
  474: ['banned', (channel) => `You are banned from ${channel}. Ask one of its operators.`],
  475: ['password', (channel) => `${channel} needs a password. Join again with the right one.`],
  476: ['invalid', (channel) => `${channel} can't be the name of a channel here.`],
  477: ['members-only', (channel, said) => `${channel} asks you to be logged in to the network first: ${said}`],
  478: ['full', (channel) => `The list of bans of ${channel} is full.`],
  479: ['invalid', (channel) => `${channel} can't be the name of a channel here.`],
  480: ['not-allowed', (channel, said) => `${channel} can't be joined now: ${said}`],
  481: ['forbidden', (_, said) => said],
  482: ['forbidden', (channel) => `You need to be an operator of ${channel} for that.`],
  484: ['forbidden', (_, said) => said],
  485: ['forbidden', (_, said) => said],
  486: ['forbidden', (nick, said) => `${nick} did not get your message: ${said}`],
  489: ['not-allowed', (channel) => `${channel} takes only encrypted connections; ask the gateway's admin for TLS.`],
  499: ['forbidden', (channel) => `You need to be an owner of ${channel} for that.`],
  520: ['forbidden', (channel) => `${channel} is for operators of the server only.`],
  531: ['forbidden', (nick, said) => `${nick} did not get your message: ${said}`],
  525: ['invalid', (channel) => `${channel} does not take that password. Choose another.`],
  696: ['invalid', (channel, said) => `${channel}: ${said}`],
  716: ['forbidden', (nick) => `${nick} takes messages only from people they know.`],
};

/** The numerics that may answer a JOIN, with the channel as first parameter. */
export const JOIN_ERRORS = new Set(
  '403 405 407 437 439 448 470 471 473 474 475 476 477 479 480 489 495 500 520 609 926'.split(' '),
);
/** Those that may answer a message, with its target first. */
export const MESSAGE_ERRORS = new Set('401 402 403 404 407 477 486 489 531 716'.split(' '));
export const NICK_ERRORS = new Set('432 433 436 437 438 447 484'.split(' '));
/** Those that may answer a change of a channel or of its members. */
export const CHANNEL_ERRORS = new Set('401 403 441 442 443 461 467 472 477 478 481 482 484 485 499 525 696'.split(' '));

/** The refusal a numeric means; undefined for one that is no error known here. */
export function refusalOf(line: Line): Refusal | undefined {
  const [why, sentence] = REFUSALS[line.command] ?? [];
  if (!why || !sentence) return undefined;
  const said = line.params.at(-1) ?? '';
  const target = line.params.length > 2 ? (line.params[1] ?? '') : '';
  return new Refusal(why, sentence(target, said));
}
