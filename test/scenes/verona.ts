/** The real IRC network against a fake server, for scenes of what is asked by forms. */

import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { IrcSettings } from '#bridges/irc/settings/account.ts';
import type { AccountId } from '#src/network.ts';
import { FakeIrcd } from '#test/fakes/ircd.ts';
import type { FakeNetwork } from '#test/fakes/network.ts';
import { BARE, completed } from '#test/scenes/commands.ts';
import { HOST, join, occupant, ROMEO, Stage, type StageOptions } from '#test/stage.ts';
import type { Tree } from '#test/xml-tree.ts';

export const NAME = 'irc.test';
export const SERVER = `${NAME}@${HOST}`;

export class Verona implements AsyncDisposable {
  readonly stage: Stage;
  readonly ircd: FakeIrcd;

  constructor(stage: Stage, ircd: FakeIrcd) {
    this.stage = stage;
    this.ircd = ircd;
  }

  /** `fixed`: the host has that one server. */
  static async open(options: StageOptions & { readonly fixed?: boolean; readonly irc?: object } = {}): Promise<Verona> {
    const ircd = await FakeIrcd.start({ caps: '' });
    const { fixed = false, irc, ...rest } = options;
    const servers = { [NAME]: { address: '127.0.0.1', port: ircd.port, tls: 'off' } };
    const network = ircNetwork(ircOptions.parse({ servers, ...(fixed && { server: NAME }), ...irc }), { quit: 200 });
    return new Verona(await Stage.open({ ...rest, network: network as unknown as FakeNetwork }), ircd);
  }

  /** Romeo enters a channel; `local` is that of its address. */
  async enter(local: string, nick = 'romeo'): Promise<void> {
    this.stage.sends(ROMEO, join(local, nick));
    await this.stage.receives(ROMEO, occupant(local, nick, 110));
    await this.stage.skips(ROMEO);
  }

  async settings(): Promise<IrcSettings> {
    const account = await this.stage.registry.accounts.get(BARE, HOST, NAME as AccountId);
    return (account?.settings ?? {}) as IrcSettings;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stage[Symbol.asyncDispose]();
    await this.ircd[Symbol.asyncDispose]();
  }
}

interface Field {
  readonly type: string;
  readonly values: readonly string[];
  readonly options: readonly string[];
}

function valuesOf(field: Tree): string[] {
  return field.children.filter(({ name }) => name === 'value').map(({ text }) => text);
}

/** The fields of a form anywhere in the stanza. */
export function fieldsOf(tree: Tree): Record<string, Field> {
  const found: Record<string, Field> = {};
  const visit = (each: Tree): void => {
    const { var: name, type = '' } = each.attributes;
    if (each.name === 'field' && name !== undefined) {
      const options = each.children.filter((child) => child.name === 'option').flatMap(valuesOf);
      found[name] = { type, values: valuesOf(each), options };
    } else each.children.forEach(visit);
  };
  visit(tree);
  return found;
}

export function typesOf(tree: Tree): Record<string, string> {
  return Object.fromEntries(Object.entries(fieldsOf(tree)).map(([name, { type }]) => [name, type]));
}

export const note = (text = '') => completed(`<note type='info'>${text}</note>`);
