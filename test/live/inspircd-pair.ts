/** Two linked InspIRCd, one network, that can be split and healed as real ones are. */

import { type Inspircd, OPERATOR, startInspircd } from './inspircd.ts';
import { IrcClient } from './irc-client.ts';
import { freePorts } from './ports.ts';

const LEFT = 'left.test';
const RIGHT = 'right.test';
const TRIES = 10;

export class InspircdPair implements AsyncDisposable {
  readonly left: Inspircd;
  readonly right: Inspircd;
  readonly #operator: IrcClient;

  constructor(left: Inspircd, right: Inspircd, operator: IrcClient) {
    this.left = left;
    this.right = right;
    this.#operator = operator;
  }

  /** Resolves when the left server has lost the right one. */
  async split(): Promise<void> {
    this.#operator.raw(`SQUIT ${RIGHT} :testing`);
    await this.#operator.expect(/LINK: Netsplit complete/);
  }

  /** Resolves when each has told the other its users and channels. */
  async heal(): Promise<void> {
    // The right server may not have noticed the split yet, and then refuses.
    let linked = false;
    for (let tries = 0; !linked && tries < TRIES; tries += 1) {
      this.#operator.raw(`CONNECT ${RIGHT}`);
      const { raw } = await this.#operator.expect(/LINK: (Received end of netburst|.* failed with error)/);
      linked = raw.includes('netburst');
    }
    // What the right server answers comes after all that it had to read before.
    this.#operator.raw(`TIME ${RIGHT}`);
    await this.#operator.expect(({ command }) => command === '391');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#operator[Symbol.asyncDispose]();
    await Promise.all([this.left[Symbol.asyncDispose](), this.right[Symbol.asyncDispose]()]);
  }
}

/** Starts the two and links them. */
export async function startInspircdPair(): Promise<InspircdPair> {
  const [leftLink = 0, rightLink = 0] = await freePorts(2);
  const left = await startInspircd({ name: LEFT, link: { port: leftLink, to: { name: RIGHT, port: rightLink } } });
  const right = await startInspircd({ name: RIGHT, link: { port: rightLink, to: { name: LEFT, port: leftLink } } });
  const operator = await IrcClient.connect({ port: left.port, nick: 'operator' });
  await operator.oper(OPERATOR);
  operator.raw('MODE operator +s +l');
  const pair = new InspircdPair(left, right, operator);
  await pair.heal();
  return pair;
}
