/** The commands of one network's host, and who is offered which. */

import type { Access } from '#src/access.ts';
import type { Jid } from '#src/address.ts';
import type { Command, CommandTarget } from '#src/commands/command.ts';
import { Refusal } from '#src/network.ts';
import type { Places, Target } from '#src/place.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Users } from '#src/users.ts';

export interface CommandBookOptions {
  readonly commands: readonly Command[];
  /** Bare JIDs. */
  readonly admins: readonly string[];
  readonly places: Places;
  readonly registry: Registry;
  readonly users: Users;
  readonly access: Access;
}

/** Nodes of what they may do who still need an invitation: registering with it, and having forgotten what was. */
const WITHOUT_INVITATION: ReadonlySet<string> = new Set([
  'help',
  'jabber:iq:register',
  'unregister',
  'status',
  'erase',
  'ping',
]);

export class CommandBook {
  readonly #options: CommandBookOptions;

  constructor(options: CommandBookOptions) {
    this.#options = options;
  }

  /** The commands that the user may give there, in the order of the help. */
  async offered(user: Jid, at: Target | undefined): Promise<readonly Command[]> {
    if (!isPlace(at) || !this.#mayCome(user)) return [];
    const may = this.#options.access.allows(user);
    const here = this.#options.commands.filter(
      ({ at: places = ['host'], node }) => places.includes(at.type) && (may || WITHOUT_INVITATION.has(node)),
    );
    const known = await this.#isUser(user);
    const admin = this.#options.admins.includes(user.bare);
    return here.filter(({ who }) => who === 'anyone' || (who === 'user' ? known : admin));
  }

  /** The command with that node; refuses where there is none, or not for this user. */
  async at(user: Jid, at: Target | undefined, node: string): Promise<Command> {
    const offered = await this.offered(user, at);
    const found = offered.find((command) => command.node === node);
    if (found) return found;
    const command = this.#options.commands.find((each) => each.node === node);
    if (!command || !isPlace(at) || !(command.at ?? ['host']).includes(at.type)) {
      throw new Refusal('not-found', 'There is no such command here. Ask for the list of commands.');
    }
    this.#options.access.check(user);
    if (command.who === 'user') throw new Refusal('sign-in', `Sign in to ${this.#options.places.host} first.`);
    throw new Refusal('forbidden', 'Only administrators of the gateway may do this.');
  }

  /** Refuses who may not come at all. */
  check(user: Jid): void {
    if (!this.#mayCome(user)) this.#options.access.check(user);
  }

  /** Whoever needs an invitation can sign in with it. */
  #mayCome(user: Jid): boolean {
    const { access } = this.#options;
    return access.allows(user) || access.needsToken(user);
  }

  async #isUser(user: Jid): Promise<boolean> {
    const { users, registry, places } = this.#options;
    if ((users.find(user.bare)?.accounts.size ?? 0) > 0) return true;
    return (await registry.accounts.list(user.bare, places.host)).length > 0;
  }
}

function isPlace(target: Target | undefined): target is CommandTarget {
  return target !== undefined && target.type !== 'contact';
}
