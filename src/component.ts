/** One network on its component host: builds the parts of both roads and ties them to the link. */

import { SignIn } from '#src/commands/sign-in.ts';
import type { Refuse } from '#src/intent.ts';
import type { Log } from '#src/log.ts';
import { Messages } from '#src/messages.ts';
import { type Network, Refusal } from '#src/network.ts';
import { Occupancy } from '#src/occupancy.ts';
import { Places } from '#src/place.ts';
import type { Registry } from '#src/registry/database.ts';
import { RollCall } from '#src/roll-call.ts';
import { Roster } from '#src/roster.ts';
import { Router } from '#src/router.ts';
import { Users } from '#src/users.ts';
import { capsElement } from '#src/xmpp/caps.ts';
import { Directory } from '#src/xmpp/describe.ts';
import { disco } from '#src/xmpp/disco.ts';
import { errorStanza, stanzaError } from '#src/xmpp/errors.ts';
import { gatewayPrompt } from '#src/xmpp/gateway-prompt.ts';
import { iqRouter } from '#src/xmpp/iq.ts';
import { Link, type LinkOptions } from '#src/xmpp/link.ts';
import { muc } from '#src/xmpp/muc.ts';
import { NS } from '#src/xmpp/ns.ts';
import { read } from '#src/xmpp/read.ts';
import { register } from '#src/xmpp/register.ts';
import { time } from '#src/xmpp/time.ts';
import { version } from '#src/xmpp/version.ts';
import type { Send } from '#src/xmpp/write.ts';
import { type Element, escape, tag } from '#src/xmpp/xml.ts';

export interface ComponentOptions {
  readonly network: Network;
  /** How to reach the XMPP server and who to be there. */
  readonly link: Pick<LinkOptions, 'domain' | 'secret' | 'host' | 'port' | 'timing'>;
  /** Who may use it: bare JIDs, domains, or `*`. */
  readonly allow: readonly string[];
  readonly registry: Registry;
  readonly log: Log;
  /** A server refused for good; the sentence says what to check. */
  readonly fatal: (sentence: string) => void;
}

export interface Component extends AsyncDisposable {
  /** Resolves when it is attached for the first time and its users know. */
  readonly online: Promise<void>;
}

/** Attaches a network to its XMPP server; disposing tells its users and disconnects them. */
export function openComponent({ network, link: to, allow, registry, log: parent, fatal }: ComponentOptions): Component {
  const log = parent.child({ part: 'component', host: to.domain });
  const places = new Places(to.domain, network);
  const send: Send = (stanza, receiver) => link.send(stanza.head + escape(receiver) + stanza.tail);
  const refuse: Refuse = (kind, answer, error) => {
    if (!(error instanceof Refusal)) log.error({ err: error }, 'A stanza could not be handled');
    link.send(errorStanza(kind, answer, stanzaError(error)));
  };
  const users = new Users({ places, network, registry, allow, log, watcher: () => router });
  const occupancy = new Occupancy({ users, places, send, refuse, log });
  const messages = new Messages({ network, users, places, occupancy, send, refuse });
  const directory = new Directory({ network, places, users });
  const caps = (target: Parameters<Directory['onRoster']>[0]) => capsElement(directory.onRoster(target));
  const roster = new Roster({ network, users, places, registry, send, caps });
  const router = new Router({ users, places, occupancy, messages, roster }, refuse, log);
  const signIn = new SignIn({ network, places, registry, users, roster });
  const answer = iqRouter({
    log,
    send: (xml) => link.send(xml),
    table: {
      ...disco(
        (...where) => directory.describe(...where),
        (...where) => directory.list(...where),
      ),
      ...version,
      ...time,
      ...muc({ places, occupancy }),
      ...register({ places, users, signIn }),
      ...gatewayPrompt(network, places),
    },
  });
  const rollCall = new RollCall({
    clients: () => occupancy.clients(),
    // Every client answers disco#info (XEP-0030); for one that is gone its server answers with an error.
    ask: (client) => link.request(client, 'get', tag('query', { xmlns: NS.discoInfo })),
    gone: (client) => occupancy.gone(client),
    log,
  });
  const online = Promise.withResolvers<void>();
  let attachments = 0;
  const attached = async () => {
    attachments += 1;
    if (attachments > 1) rollCall.start();
    await roster.attach().catch((error: unknown) => log.error({ err: error }, 'The roster could not be told'));
    online.resolve();
  };
  const stanza = (element: Element) => {
    if (element.name === 'iq') return answer(element);
    const intent = read(element);
    if (intent && !(intent.type === 'bounce' && rollCall.waiting)) router.route(intent);
  };
  const link = new Link({
    ...to,
    log,
    on: {
      stanza,
      online: () => void attached(),
      offline: (reason) => log.warn({ reason }, 'The XMPP server is away; the network side goes on'),
      fatal,
    },
  });
  link.start();
  return {
    online: online.promise,
    async [Symbol.asyncDispose]() {
      await rollCall[Symbol.asyncDispose]();
      await router[Symbol.asyncDispose]();
      await roster.detach();
      await users.stop();
      await link[Symbol.asyncDispose]();
    },
  };
}
