/** The features of one network's host, built once and wired to each other. */

import { SignIn } from '#src/commands/sign-in.ts';
import type { Refuse } from '#src/intent.ts';
import type { Log } from '#src/log.ts';
import { Messages } from '#src/messages.ts';
import type { Host, Network } from '#src/network.ts';
import { Occupancy } from '#src/occupancy.ts';
import { Places } from '#src/place.ts';
import type { Registry } from '#src/registry/database.ts';
import { Roster } from '#src/roster.ts';
import { Router } from '#src/router.ts';
import { Showing } from '#src/showing.ts';
import { Users } from '#src/users.ts';
import { capsElement } from '#src/xmpp/caps.ts';
import { Directory } from '#src/xmpp/describe.ts';
import { disco } from '#src/xmpp/disco.ts';
import { gatewayPrompt } from '#src/xmpp/gateway-prompt.ts';
import type { IqTable } from '#src/xmpp/iq.ts';
import { muc } from '#src/xmpp/muc.ts';
import { register } from '#src/xmpp/register.ts';
import { time } from '#src/xmpp/time.ts';
import { version } from '#src/xmpp/version.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';

export interface FeatureOptions {
  /** Component host. */
  readonly host: string;
  readonly network: Network;
  /** Who may use it: bare JIDs, domains, or `*`. */
  readonly allow: readonly string[];
  readonly registry: Registry;
  readonly log: Log;
  readonly send: Send;
  /** Resolves when more may be sent; at once unless too much is pending. */
  readonly drained: () => Promise<void>;
  readonly download: Host['download'];
  readonly refuse: Refuse;
}

export interface Features {
  readonly users: Users;
  readonly occupancy: Occupancy;
  readonly roster: Roster;
  readonly router: Router;
  /** Everything that is asked by iq. */
  readonly table: IqTable;
}

export function buildFeatures({
  host,
  network,
  allow,
  registry,
  log,
  send,
  drained,
  download,
  refuse,
}: FeatureOptions): Features {
  const places = new Places(host, network);
  const users = new Users({ places, network, registry, allow, log, watcher: () => router, drained, download });
  const showing = new Showing(places, send);
  const occupancy = new Occupancy({ users, places, registry, showing, refuse, log });
  const messages = new Messages({ network, users, places, occupancy, showing, send, refuse });
  const directory = new Directory({ network, places, users });
  const caps = (at: Parameters<Directory['onRoster']>[0]) => capsElement(directory.onRoster(at));
  const roster = new Roster({ network, users, places, registry, send, drained, caps });
  const router = new Router({ users, places, occupancy, messages, roster, refuse, log });
  const signIn = new SignIn({ network, places, registry, users, roster });
  const table: IqTable = {
    ...disco(
      (to, from, node) => directory.describe(to, from, node),
      (to, from, node) => directory.list(to, from, node),
    ),
    ...version,
    ...time,
    ...muc({ places, occupancy }),
    ...register({ places, users, signIn }),
    ...gatewayPrompt(network, places),
  };
  return { users, occupancy, roster, router, table };
}
