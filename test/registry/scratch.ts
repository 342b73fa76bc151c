/** What the registry's tests share: a key, a place for a database, and rows as a user would have them. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AccountId, ContactId, Refusal, RoomId } from '#src/network.ts';
import type { OwnedAccount } from '#src/registry/accounts.ts';
import type { Entry } from '#src/registry/archive.ts';
import type { Contact } from '#src/registry/contacts.ts';
import type { Occupant } from '#src/registry/occupants.ts';

export const KEY = Buffer.alloc(32, 'key');
export const HOST = 'irc.example.com';
export const ROMEO = 'romeo@example.org';
export const JULIET = 'juliet@example.org';
export const LIBERA = 'irc.libera.chat' as AccountId;
export const BALCONY = '#balcony%irc.libera.chat' as RoomId;

/** Path of a database that is gone after the test. */
export function scratchFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'registry-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, 'registry.db');
}

export function accountOf(user: string, change: Partial<OwnedAccount> = {}): OwnedAccount {
  const settings = { nick: 'montague', password: 'wherefore' };
  return {
    user,
    host: HOST,
    id: LIBERA,
    label: 'Libera',
    settings,
    guest: false,
    created: 1_700_000_000_000,
    ...change,
  };
}

export function contactOf(user: string, change: Partial<Contact> = {}): Contact {
  return { user, host: HOST, local: 'nurse%irc.libera.chat', sees: true, seen: false, asked: true, ...change };
}

export function occupantOf(user: string, change: Partial<Occupant> = {}): Occupant {
  return { user, host: HOST, room: BALCONY, resource: 'orchard', account: LIBERA, nick: 'montague', ...change };
}

/** What juliet said in the balcony, as romeo's archive has it. */
export function entryOf(change: Partial<Entry> = {}): Entry {
  return {
    user: ROMEO,
    host: HOST,
    local: BALCONY,
    id: 'a',
    message: 'm',
    at: new Date(1_700_000_000_000),
    kind: 'groupchat',
    sender: `${BALCONY}@${HOST}/Juliet`,
    author: 'juliet%irc.libera.chat' as ContactId,
    text: 'Ay me!',
    xml: '<body>Ay me!</body>',
    ...change,
  };
}

/** For listings that must not meet a value they can't read. */
export function none(refusal: Refusal): void {
  assert.fail(refusal.message);
}

export async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const list: Row[] = [];
  for await (const row of rows) list.push(row);
  return list;
}
