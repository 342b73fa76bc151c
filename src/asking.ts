/** What programs ask each other: our users' of those of people over there, and the network's of ours. */

import type { LiveAccount } from '#src/account.ts';
import type { Jid } from '#src/address.ts';
import type { Blocks } from '#src/blocks.ts';
import { type AccountId, type ContactId, type Question, Refusal } from '#src/network.ts';
import type { Occupancy } from '#src/occupancy.ts';
import type { Places, Target } from '#src/place.ts';
import type { Users } from '#src/users.ts';
import { within } from '#src/within.ts';
import { answerIn, questionFor } from '#src/xmpp/client-questions.ts';
import type { Link } from '#src/xmpp/link.ts';

/** What is at an address is asked; undefined where the gateway answers for it. */
export type AskPerson = (addresses: { from: Jid; to: Jid }, what: Question) => Promise<string | undefined>;
/** A client of the user is asked in the name of an account. */
export type AskClient = (user: string, account: AccountId, what: Question) => Promise<string>;

export interface AskingOptions {
  readonly places: Places;
  readonly users: Users;
  readonly occupancy: Pick<Occupancy, 'seatOf'>;
  readonly blocks: Pick<Blocks, 'check'>;
}

/** Questions of one account that wait for their answers at once. */
const AT_ONCE = 3;
/** Longest wait for a person's program, in ms; the bridge has a shorter one of its own where its network is silent. */
const PERSON_WITHIN = 15_000;
/** The same for a client of a user. */
const CLIENT_WITHIN = 5_000;

export function personAsking(options: AskingOptions): AskPerson {
  const underWay = new WeakMap<LiveAccount, number>();
  return async (addresses, what) => {
    const { account, contact } = whoIsAt(addresses, what, options) ?? {};
    if (!account || contact === undefined) return undefined;
    const { lookUps } = account;
    if (!lookUps.ask) return answeredHere(what);
    options.blocks.check(addresses.from.bare, contact);
    const count = underWay.get(account) ?? 0;
    if (count >= AT_ONCE) {
      throw new Refusal('too-fast', 'You ask more than people can answer. Wait for their answers, then ask again.');
    }
    underWay.set(account, count + 1);
    try {
      return await within(lookUps.ask(contact, what), PERSON_WITHIN, late);
    } finally {
      underWay.set(account, (underWay.get(account) ?? 1) - 1);
    }
  };
}

interface Whom {
  readonly account: LiveAccount;
  readonly contact: ContactId;
}

function whoIsAt({ from, to }: { from: Jid; to: Jid }, what: Question, options: AskingOptions): Whom | undefined {
  const { places, users } = options;
  const target = places.read(to);
  if (!target) throw new Refusal('not-found', 'There is nothing at this address.');
  if (target.type === 'room') return to.resource === '' ? undefined : occupantAt({ from, to }, target, what, options);
  if (target.type !== 'contact') return undefined;
  users.check(from);
  const account = users.live(from.bare, target.account);
  if (!account) throw new Refusal('offline', 'You are not connected. Show yourself online to the gateway first.');
  return { account, contact: target.contact };
}

/** Where the network has no such questions people have the gateway's version and time, but that they are there is not known. */
function answeredHere(what: Question): undefined {
  if (what === 'ping') throw new Refusal('unsupported', 'People on the other network can not be pinged from here.');
  return undefined;
}

/** XEP-0410 §3.2: a ping of the own occupant asks whether one is still in the room, which the gateway knows. */
function occupantAt(
  { from, to }: { from: Jid; to: Jid },
  target: Target,
  what: Question,
  { occupancy }: AskingOptions,
): Whom | undefined {
  const { account, room, occupant } = occupancy.seatOf({ from, to, id: undefined }, target);
  const nick = to.resource === occupant.asked ? room.nick : to.resource;
  if (what === 'ping' && nick === room.nick) return undefined;
  const member = room.members.get(nick);
  if (!member) throw new Refusal('not-found', `${nick} is not in this room.`);
  return { account, contact: member.contact };
}

/** The most available client answers, or nobody. */
export function clientAsking(
  places: Places,
  clientOf: (user: string) => string | undefined,
  request: Link['request'],
): AskClient {
  return async (user, account, what) => {
    const client = clientOf(user);
    if (client === undefined) throw new Refusal('not-found', 'No client of the user is here.');
    const from = places.ofAccount(account);
    return answerIn(what, await request(client, 'get', questionFor(what), { from, timeout: CLIENT_WITHIN }));
  };
}

function late(): Refusal {
  return new Refusal('timeout', 'Their program did not answer in time. It may not answer such questions at all.');
}
