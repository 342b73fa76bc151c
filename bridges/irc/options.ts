/** What an admin may set for an IRC network, and what that means for one IRC server. */

import { isIP } from 'node:net';
import { z } from 'zod';
import { readFingerprint } from './connection/pinning.ts';

/** Nothing that goes into a line of IRC may hold a line end (RFC 2812 §2.3.1). */
const ONE_LINE = /^[^\r\n\0]+$/;
const SERVER_NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
/** A server that is not listed is named by DNS: no address literal and no single label. What DNS makes of it is looked at in net/public-address.ts. */
const PUBLIC_NAME = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

const oneLine = z.string().max(400).regex(ONE_LINE).meta({ title: 'one line of text' });
const word = z
  .string()
  .max(200)
  .regex(/^[^\s:\0][^\s\0]*$/);
const address = z
  .string()
  .refine((text) => isIP(text) > 0)
  .meta({ title: 'an IP address' });
const serverName = z
  .string()
  .max(253)
  .regex(SERVER_NAME)
  .meta({ title: "a server's name in lower case, such as irc.libera.chat" });

const port = z.int().min(1).max(65535);
const ports = z.array(port).max(10);
const fingerprint = z
  .string()
  .refine((text) => readFingerprint(text) !== undefined)
  .meta({ title: 'a SHA-256 fingerprint: 64 hexadecimal digits, colons between them or not' });

const webirc = z.strictObject({
  password: word.exactOptional().meta({
    title: 'one word',
    description: 'What the server knows the gateway by; nothing is told without it.',
    writeOnly: true,
    examples: ['a-password'],
  }),
  gateway: word
    .default('isthmus')
    .meta({ title: 'one word', description: 'The name of the gateway as the server shows it.' }),
  cloak: serverName
    .max(45)
    .exactOptional()
    .meta({
      title: 'a domain in lower case',
      description:
        "Users have hosts of this domain then, each a different one, and addresses that are nobody's. When absent they have those of their XMPP domain, where it has a public one.",
      examples: ['xmpp.example.com'],
    }),
});

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
  ports: ports.exactOptional().meta({
    description: 'TCP ports, tried in this order; [6697, 6670] when absent, [6667] with tls: off.',
    examples: [[6697, 6670]],
  }),
  port: port.exactOptional().meta({ description: 'In place of ports where there is only one.', examples: [6697] }),
  plain_ports: ports.default([]).meta({
    description:
      'Ports tried without encryption when none of the others can be reached; whoever comes by one of them is told.',
    examples: [[6667]],
  }),
  tls: z.enum(['required', 'off']).default('required').meta({
    description: 'Whether the connection is encrypted; "required" never falls back to plain text, but for plain_ports.',
  }),
  verify: z.boolean().default(true).meta({
    description:
      "Whether the server's certificate has to be valid for its name; for a private one set ca_file or fingerprints instead.",
  }),
  fingerprints: z
    .array(fingerprint)
    .max(20)
    .default([])
    .meta({
      description:
        "SHA-256 of certificates that are trusted for this server, and no others: a self-signed one, or the key's next one too.",
      examples: [['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08']],
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
  webirc: webirc.prefault({}).meta({
    description:
      'Tells the server who is behind each connection, where its administrators have agreed to that (WEBIRC).',
  }),
  identify: z
    .string()
    .max(400)
    .regex(/^[^\r\n\0]*$/)
    .exactOptional()
    .meta({
      title: 'one line of text',
      description:
        'The line by which services take an account where the server offers no SASL, with {account} and {password} in it; empty for none. When absent, NickServ is told, where there is a real one.',
      examples: ['PRIVMSG Q@CServe.quakenet.org :AUTH {account} {password}'],
    }),
  poll: z.int().min(1).max(3600).default(60).meta({
    description: 'Seconds between two looks at contacts, on servers that do not tell of them by themselves.',
  }),
  ping: z.int().min(10).max(3600).default(120).meta({
    description: 'Seconds of silence after which the server is asked for a sign of life.',
  }),
  connections: z.int().min(0).max(1_000_000).default(0).meta({
    description: 'Most users connected at once, as far as the server lets one address; 0 for no limit.',
  }),
  connects_per_second: z.number().min(0.01).max(1000).default(1).meta({
    description: 'How many users are connected in a second, after the first ten; who has a client there goes first.',
  }),
});

const identd = z.strictObject({
  listen: address.default('::').meta({
    title: 'an IP address',
    description: 'Where to listen; "::" is every address of this machine.',
  }),
  port: z
    .int()
    .min(0)
    .max(65535)
    .exactOptional()
    .meta({
      description: 'Nothing listens without it. IRC servers ask port 113; another one is for where that is led there.',
      examples: [113],
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
        'Servers that may be used besides those under servers: names, *.domain or "*"; [] for no other. Unlisted ones are reached by TLS on ports 6697 and 6670.',
      examples: [['*.libera.chat', 'irc.oftc.net']],
    }),
  open: z.boolean().default(true).meta({
    description: 'Whether people may join rooms without registering with the gateway first.',
  }),
  realname: oneLine.exactOptional().meta({
    description: 'Real name shown on IRC of those who set none; their nick when absent.',
    examples: ['XMPP user'],
  }),
  realname_from_jid: z.boolean().default(false).meta({
    description:
      'Whether the real name on IRC of those who set none is their XMPP address, and the user name its part before the @; it has precedence over realname.',
  }),
  realname_customization: z.boolean().default(true).meta({
    description: 'Whether people may set a real name and a user name of their own.',
  }),
  user_tls: z.enum(['strict', 'free']).default('strict').meta({
    description: "Whether people may switch off that a server's certificate is checked (free) or not (strict).",
  }),
  bind: z
    .array(address)
    .max(1000)
    .default([])
    .meta({
      title: 'IP addresses',
      description:
        'Addresses of this machine to connect from. Each user always has the same one of them, or one of each kind.',
      examples: [['192.0.2.7', '2001:db8::7']],
    }),
  identd: identd.prefault({}).meta({
    description:
      'Answers IRC servers that ask whose a connection is (RFC 1413), with a code that stands for the XMPP address.',
  }),
  ctcp_version: z.enum(['client', 'gateway']).default('client').meta({
    description:
      "Who answers when people on IRC ask for the program that a user has (VERSION) and for its time: the user's client, or only the gateway.",
  }),
  quit_message: oneLine
    .default('Gateway is closing')
    .meta({ description: 'What IRC sees when the gateway ends a connection.' }),
  paste_over: z.int().min(1).max(1000).default(15).meta({
    description:
      'Lines that one message may have; of a longer one IRC gets the first and a link, where the gateway keeps files (http.public_url).',
  }),
  throttle: throttle.prefault({}).meta({
    description: 'How fast one user may send to a server, so that it does not close the connection for flooding.',
  }),
});
export type IrcOptions = z.infer<typeof ircOptions>;

/** What is set for one server. */
export type ServerOptions = Omit<z.infer<typeof server>, 'port' | 'ports'> & {
  readonly address: string;
  /** Encrypted unless `tls` is off. */
  readonly ports: readonly number[];
  /** An administrator wrote it down; others must not lead into the site's own network. */
  readonly listed: boolean;
};

/** The settings of the server `name` (in lower case), or undefined when it may not be used. */
export function serverOptions(options: IrcOptions, name: string): ServerOptions | undefined {
  if (!allowed(options, name)) return undefined;
  const listed = Object.hasOwn(options.servers, name) ? options.servers[name] : undefined;
  const { port: only, ports: several, ...settings } = listed ?? server.parse({});
  const usual = settings.tls === 'off' ? [6667] : [6697, 6670];
  return {
    ...settings,
    listed: listed !== undefined || name === options.server,
    address: settings.address ?? name,
    ports: only === undefined ? (several ?? usual) : [only],
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
