/** All commands, in the order in which people are shown them. */

import type { Blocks } from '#src/blocks.ts';
import { block, blocked, unblock } from '#src/commands/block.ts';
import { CommandBook, type CommandBookOptions } from '#src/commands/book.ts';
import type { Command } from '#src/commands/command.ts';
import { type ConfigureParts, configure, configureFixed } from '#src/commands/configure.ts';
import { connectionInfo } from '#src/commands/connection-info.ts';
import { add, type ContactParts, contacts, remove } from '#src/commands/contacts.ts';
import { type DisconnectParts, disconnect, disconnectUser } from '#src/commands/disconnect.ts';
import { type EraseParts, erase } from '#src/commands/erase.ts';
import { type FindParts, find } from '#src/commands/find.ts';
import { hello } from '#src/commands/hello.ts';
import { help } from '#src/commands/help.ts';
import { invitations, invite, revoke } from '#src/commands/invite.ts';
import { networkCommands } from '#src/commands/network.ts';
import { ping } from '#src/commands/ping.ts';
import { preferences } from '#src/commands/preferences.ts';
import { type Reload, reload } from '#src/commands/reload.ts';
import { join, leave, type RoomParts, rooms } from '#src/commands/rooms.ts';
import { type SignIn, signInCommand } from '#src/commands/sign-in.ts';
import { signOut } from '#src/commands/sign-out.ts';
import { status } from '#src/commands/status.ts';
import type { Invites } from '#src/invites.ts';

export interface CommandParts
  extends ContactParts,
    RoomParts,
    FindParts,
    EraseParts,
    ConfigureParts,
    DisconnectParts,
    Omit<CommandBookOptions, 'commands'> {
  readonly signIn: SignIn;
  readonly blocks: Blocks;
  /** Absent where nobody is invited. */
  readonly invites: Invites | undefined;
  /** Absent where the configuration is not in a file. */
  readonly reload: Reload | undefined;
}

export function commandBook(parts: CommandParts): CommandBook {
  const book: CommandBook = new CommandBook({
    ...parts,
    commands: [help(parts.network, (user, at) => book.offered(user, at)), ...commands(parts)],
  });
  return book;
}

function commands(parts: CommandParts): readonly Command[] {
  const { signIn, places, users, network, invites } = parts;
  return [
    signInCommand(signIn, network),
    signOut(signIn, places),
    status(signIn, users),
    join(parts),
    leave(parts),
    rooms(parts),
    add(parts),
    remove(parts),
    contacts(parts),
    find(parts),
    block(parts),
    unblock(parts),
    blocked(parts),
    preferences(parts.preferences),
    configure(parts),
    ...fixedCommands(parts),
    ...networkCommands(parts),
    disconnect(parts),
    erase(parts),
    ping,
    hello,
    disconnectUser(parts),
    ...(parts.reload ? [reload(parts.reload)] : []),
    ...(invites ? [invite(invites, places), invitations(invites), revoke(invites, users)] : []),
  ];
}

/** Where the host is an account too, what is else given to the account's address is given to the host. */
function fixedCommands(parts: CommandParts): readonly Command[] {
  const { network, users } = parts;
  const only = network.place('')?.account;
  const fixed = only === undefined ? [] : configureFixed(parts, only);
  return [...fixed, connectionInfo(network, users, only === undefined ? ['account'] : ['host', 'account'])];
}
