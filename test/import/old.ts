/** A database and a configuration as biboumi 9 leaves them, made by hand. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { sealingKey } from '#config/key.ts';
import { importFrom } from '#src/import/command.ts';
import { openRegistry, type Registry } from '#src/registry/database.ts';

export const HOST = 'irc.example.com';
export const SERVER = 'irc.libera.chat';
export const ROMEO = 'romeo@example.org';
export const JULIET = 'juliet@example.org';
/** 2020-09-13T12:26:40Z, in seconds. */
export const THEN = 1_600_000_000;

/** What biboumi itself makes of a new file. */
export const SCHEMA = `
  create table muclogline_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT, uuid_ TEXT, owner_ TEXT, ircchanname_ TEXT,
    ircservername_ TEXT, date_ INTEGER, body_ TEXT, nick_ TEXT);
  create table globaloptions_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT, owner_ TEXT, maxhistorylength_ INTEGER,
    recordhistory_ INTEGER, persistent_ INTEGER);
  create table ircserveroptions_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT, owner_ TEXT, server_ TEXT, pass_ TEXT,
    tlsports_ TEXT, ports_ TEXT, username_ TEXT, realname_ TEXT, verifycert_ INTEGER, trustedfingerprint_ TEXT,
    encodingout_ TEXT, encodingin_ TEXT, maxhistorylength_ INTEGER, address_ TEXT, nick_ TEXT, saslpassword_ TEXT,
    throttlelimit_ INTEGER);
  create table ircchanneloptions_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT, owner_ TEXT, server_ TEXT, channel_ TEXT,
    encodingout_ TEXT, encodingin_ TEXT, maxhistorylength_ INTEGER, persistent_ INTEGER, recordhistory_ INTEGER);
  create table roster (local TEXT, remote TEXT);
  create table after_connection_commands_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT, fk_ INTEGER,
    afterconnectioncommand_ TEXT);
  create index archive_index on muclogline_ (owner_, ircchanname_, ircservername_);
`;

type Values = Readonly<Record<string, SQLInputValue>>;

/** A row of ircserveroptions_ as the form leaves it where nobody changes anything. */
export const UNTOUCHED: Values = {
  owner_: ROMEO,
  server_: SERVER,
  pass_: '',
  tlsports_: '6697;6670;',
  ports_: '6667;',
  username_: '',
  realname_: '',
  verifycert_: 1,
  trustedfingerprint_: '',
  encodingout_: '',
  encodingin_: '',
  maxhistorylength_: 20,
  address_: SERVER,
  nick_: '',
  saslpassword_: '',
  throttlelimit_: 10,
};

/** A folder with biboumi's database and settings, isthmus.yaml, and the gateway's data; gone after the test. */
export class Old {
  readonly folder: string;
  readonly database: DatabaseSync;

  constructor(t: TestContext, { settings = '', network = {}, schema = SCHEMA } = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'import-'));
    this.database = new DatabaseSync(this.path('biboumi.sqlite'));
    this.database.exec(schema);
    t.after(() => {
      this.database.close();
      rmSync(this.folder, { recursive: true });
    });
    const cfg = `hostname=${HOST}\npassword=wherefore art thou\ndb_name=${this.path('biboumi.sqlite')}\n${settings}`;
    writeFileSync(this.path('biboumi.cfg'), cfg);
    const networks = [{ kind: 'irc', host: HOST, secret: 's', archive: { days: 0 }, ...network }];
    // JSON is YAML.
    writeFileSync(this.path('isthmus.yaml'), JSON.stringify({ data: this.path('data'), networks }));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'latin1');
  }

  insert(table: string, ...rows: readonly Values[]): void {
    for (const row of rows) {
      const columns = Object.keys(row);
      const marks = columns.map(() => '?').join(', ');
      this.database
        .prepare(`insert into ${table} (${columns.join(', ')}) values (${marks})`)
        .run(...Object.values(row));
    }
  }

  /** Somebody says something in a channel of romeo's. */
  say(body: string, change: Values = {}): void {
    this.insert('muclogline_', {
      uuid_: crypto.randomUUID(),
      owner_: ROMEO,
      ircchanname_: '#balcony',
      ircservername_: SERVER,
      date_: THEN,
      body_: body,
      nick_: 'Juliet',
      ...change,
    });
  }

  /** Runs the import; what it has told. */
  async import(args: readonly string[] = ['--write'], env: Readonly<Record<string, string>> = {}) {
    const said = { stdout: '', stderr: '' };
    const output = (name: keyof typeof said) => ({
      write(text: string) {
        said[name] += text;
      },
    });
    const own = ['--from', this.path('biboumi.cfg'), '--config', this.path('isthmus.yaml')];
    await importFrom(['biboumi', ...own, ...args], { env, stdout: output('stdout'), stderr: output('stderr') });
    return said;
  }

  /** The gateway's registry, after an import. */
  async registry(): Promise<Registry> {
    return openRegistry(this.path('data/isthmus.sqlite'), sealingKey(this.path('data/isthmus.key')));
  }
}
