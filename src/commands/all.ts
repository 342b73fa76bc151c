/** All commands, in the order in which people are shown them. */

import type { Blocks } from '#src/blocks.ts';
import { block, blocked, unblock } from '#src/commands/block.ts';
import { CommandBook, type CommandBookOptions } from '#src/commands/book.ts';
import type { Command } from '#src/commands/command.ts';
import { add, type ContactParts, contacts, remove } from '#src/commands/contacts.ts';
import { type EraseParts, erase } from '#src/commands/erase.ts';
import { type FindParts, find } from '#src/commands/find.ts';
import { help } from '#src/commands/help.ts';
import { invitations, invite, revoke } from '#src/commands/invite.ts';
import { preferences } from '#src/commands/preferences.ts';
import { join, leave, type RoomParts, rooms } from '#src/commands/rooms.ts';
import { type SignIn, signInCommand } from '#src/commands/sign-in.ts';
import { signOut } from '#src/commands/sign-out.ts';
import { status } from '#src/commands/status.ts';
import type { Invites } from '#src/invites.ts';
import type { PreferenceBook } from '#src/preferences.ts';

export interface CommandParts
  extends ContactParts,
    RoomParts,
    FindParts,
    EraseParts,
    Omit<CommandBookOptions, 'commands'> {
  readonly signIn: SignIn;
  readonly preferences: PreferenceBook;
  readonly blocks: Blocks;
  /** Absent where nobody is invited. */
  readonly invites: Invites | undefined;
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
    erase(parts),
    ...(invites ? [invite(invites, places), invitations(invites), revoke(invites, users)] : []),
  ];
}
