/** What an admin may set for an IRC network, and what that means for one IRC server. */

import { z } from 'zod';

/** Nothing that goes into a line of IRC may hold a line end (RFC 2812 §2.3.1). */
const ONE_LINE = /^[^\r\n\0]+$/;
const SERVER_NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
/** A server that is not listed is named by DNS: no address literal and no single label. What DNS makes of it is looked at in net/public-address.ts. */
const PUBLIC_NAME = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

const oneLine = z.string().max(400).regex(ONE_LINE).meta({ title: 'one line of text' });
const serverName = z
  .string()
  .max(253)
  .regex(SERVER_NAME)
  .meta({ title: "a server's name in lower case, such as irc.libera.chat" });

const server = z.strictObject({
  address: z
    .string()
    .regex(/^[\w.:-]+$/)
    .exactOptional()
    .meta({
      title: 'a host name or an IP address',
      description: 'Where to connect; the name itself when absent.',
      examples: ['irc.eu.libera.chat'],
    }),
  port: z
    .int()
    .min(1)
    .max(65535)
    .exactOptional()
    .meta({ description: 'TCP port; 6697 when absent, 6667 with tls: off.', examples: [6697] }),
  tls: z.enum(['required', 'off']).default('required').meta({
    description: 'Whether the connection is encrypted; "required" never falls back to plain text.',
  }),
  verify: z.boolean().default(true).meta({
    description:
      "Whether the server's certificate has to be valid for its name; for a private one set ca_file instead.",
  }),
  ca: z
    .string()
    .regex(/-----BEGIN CERTIFICATE-----/)
    .exactOptional()
    .meta({
      title: 'certificates in PEM',
      description: "Certificates that are trusted for this server in place of the system's.",
      writeOnly: true,
      examples: ['-----BEGIN CERTIFICATE-----\n…'],
    }),
  password: oneLine.exactOptional().meta({
    title: 'one line of text',
    description: "The server's own password (PASS), used for everyone who has set none.",
    writeOnly: true,
    examples: ['a password'],
  }),
  poll: z.int().min(1).max(3600).default(60).meta({
    description: 'Seconds between two looks at contacts, on servers that do not tell of them by themselves.',
  }),
  ping: z.int().min(10).max(3600).default(120).meta({
    description: 'Seconds of silence after which the server is asked for a sign of life.',
  }),
});

const throttle = z.strictObject({
  burst: z.int().min(1).max(1000).default(10).meta({ description: 'Lines that may be sent at once.' }),
  per_second: z.number().min(0.1).max(100).default(1).meta({ description: 'Lines per second after that.' }),
});

/** The keys of a network of kind `irc`. `writeOnly` marks text that is never shown and may stand in a file of its own. */
export const ircOptions = z.strictObject({
  server: serverName.exactOptional().meta({
    description:
      'The only server: rooms are then #room@host and contacts nick@host. When absent, #room%server@host and nick%server@host.',
    examples: ['irc.libera.chat'],
  }),
  servers: z
    .record(serverName, server)
    .default({})
    .meta({
      title: 'server names with their settings',
      description: 'Settings of single servers, by the name users see.',
      examples: [{ 'irc.libera.chat': {} }],
    }),
  allow_servers: z
    .array(
      z
        .string()
        .regex(/^(\*|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*)$/)
        .meta({ title: '"*", a server name in lower case, or *.domain' }),
    )
    .default(['*'])
    .meta({
      description:
        'Servers that may be used besides those under servers: names, *.domain or "*"; [] for no other. Unlisted ones are reached by TLS on port 6697.',
      examples: [['*.libera.chat', 'irc.oftc.net']],
    }),
  open: z.boolean().default(true).meta({
    description: 'Whether people may join rooms without registering with the gateway first.',
  }),
  realname: oneLine.exactOptional().meta({
    description: 'Real name shown on IRC of those who set none; their nick when absent.',
    examples: ['XMPP user'],
  }),
  quit_message: oneLine
    .default('Gateway is closing')
    .meta({ description: 'What IRC sees when the gateway ends a connection.' }),
  throttle: throttle.prefault({}).meta({
    description: 'How fast one user may send to a server, so that it does not close the connection for flooding.',
  }),
});
export type IrcOptions = z.infer<typeof ircOptions>;

/** How to reach one server. */
export type ServerOptions = z.infer<typeof server> & {
  readonly address: string;
  readonly port: number;
  /** An administrator wrote it down; others must not lead into the site's own network. */
  readonly listed: boolean;
};

/** The settings of the server `name` (in lower case), or undefined when it may not be used. */
export function serverOptions(options: IrcOptions, name: string): ServerOptions | undefined {
  if (!allowed(options, name)) return undefined;
  const listed = Object.hasOwn(options.servers, name) ? options.servers[name] : undefined;
  const settings = listed ?? server.parse({});
  return {
    ...settings,
    listed: listed !== undefined || name === options.server,
    address: settings.address ?? name,
    port: settings.port ?? (settings.tls === 'off' ? 6667 : 6697),
  };
}

function allowed(options: IrcOptions, name: string): boolean {
  if (options.server !== undefined) return name === options.server;
  if (Object.hasOwn(options.servers, name)) return true;
  if (name.length > 253 || !PUBLIC_NAME.test(name)) return false;
  return options.allow_servers.some((pattern) => matches(pattern, name));
}

function matches(pattern: string, name: string): boolean {
  return pattern === '*' || pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1)));
}
