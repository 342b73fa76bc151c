/** Registers a scenario once for every kind of IRC server; each has a server for itself while it is played. */

import { after, test } from 'node:test';
import {
  IRC_SERVERS,
  type IrcServer,
  type IrcServerKind,
  startIrcServer,
  unlessIrcServerAbsent,
} from '../irc-servers.ts';
import { Scene, type SceneOptions } from './scene.ts';

interface ScenarioOptions extends SceneOptions {
  /** On these kinds of servers alone, for others can't do what it is about. */
  readonly on?: readonly IrcServerKind[];
  readonly tls?: boolean;
}

/** For the suite of a file: servers that take their time, as InspIRCd a second for each connection, are waited for together. */
export const TOGETHER = { concurrency: 8, timeout: 120_000 } as const;

/** Servers that no scenario uses now, for the next that wants one of its kind. */
const idle = new Map<string, IrcServer[]>();
const running: IrcServer[] = [];

export function parity(
  name: string,
  scenario: (scene: Scene) => Promise<void>,
  { on = IRC_SERVERS, tls = false, ...options }: ScenarioOptions = {},
): void {
  for (const kind of IRC_SERVERS.filter((one) => on.includes(one))) {
    test(`parity: ${name} (${kind})`, unlessIrcServerAbsent(kind), async (t) => {
      const server = idle.get(`${kind} ${tls}`)?.pop() ?? (await start(kind, tls));
      {
        await using scene = await Scene.open(t, { kind, server, tls }, options);
        await scenario(scene);
      }
      // One that a scenario failed on may be in any state.
      idle.set(`${kind} ${tls}`, [...(idle.get(`${kind} ${tls}`) ?? []), server]);
    });
  }
}

async function start(kind: IrcServerKind, tls: boolean): Promise<IrcServer> {
  const server = await startIrcServer(kind, { tls });
  running.push(server);
  return server;
}

after(async () => {
  await Promise.all(running.map((server) => server[Symbol.asyncDispose]()));
});
