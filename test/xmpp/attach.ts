/** A link for tests, attached to a fake server, with all that it tells recorded. */

import type { TestContext } from 'node:test';
import { Link, type LinkLimits, type LinkTiming } from '#src/xmpp/link.ts';
import type { Element } from '#src/xmpp/xml.ts';
import { FakeXmppServer, type FakeXmppServerOptions, until } from '../fakes/xmpp-server.ts';
import { recordingLog } from './recording-log.ts';

export interface Attached {
  readonly server: FakeXmppServer;
  readonly link: Link;
  readonly stanzas: Element[];
  /** `online`, `offline`, and the sentence of `fatal`. */
  readonly events: string[];
  readonly lines: string[];
}

export interface AttachOptions {
  readonly server?: FakeXmppServerOptions;
  readonly secret?: string;
  readonly timing?: Partial<LinkTiming>;
  readonly limits?: Partial<LinkLimits>;
  readonly stanza?: (stanza: Element, link: Link) => void;
}

/** Starts both; they are gone after the test. */
export async function attach(t: TestContext, options: AttachOptions = {}): Promise<Attached> {
  const server = await FakeXmppServer.start(options.server);
  const { log, lines } = recordingLog();
  const stanzas: Element[] = [];
  const events: string[] = [];
  const link: Link = new Link({
    domain: server.domain,
    secret: options.secret ?? server.secret,
    host: '127.0.0.1',
    port: server.port,
    log,
    on: {
      stanza: (stanza) => {
        stanzas.push(stanza);
        options.stanza?.(stanza, link);
      },
      online: () => events.push('online'),
      offline: () => events.push('offline'),
      fatal: (sentence) => events.push(sentence),
    },
    timing: { backoff: { first: 2, most: 10 }, goodbye: 200, ...options.timing },
    limits: options.limits ?? {},
  });
  t.after(async () => {
    await link[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  link.start();
  return { server, link, stanzas, events, lines };
}

/** The same, when both agree that the link is up. */
export async function online(t: TestContext, options: AttachOptions = {}): Promise<Attached> {
  const attached = await attach(t, options);
  await until(() => attached.link.online && attached.server.online);
  return attached;
}

export const message = (body: string, id = body) =>
  `<message id='${id}' from='romeo@example.com/a' to='nick%net@irc.example.com'><body>${body}</body></message>`;
