/** The keys of isthmus.yaml: what each means, what it may be, and an example; everything else is generated from here. */

import { z } from 'zod';
import { ircOptions } from '#bridges/irc/options.ts';
import type { LogLevel } from '#src/log.ts';
import { contact, policy, rates } from './policy.ts';
import { http, media } from './web.ts';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const satisfies readonly LogLevel[];
const HOST = /^[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u;
const BARE_JID = /^[^\s"&'/:<>@]+@[^\s"&'/:<>@]+$/;
const ANYONE = /^(\*|([^\s"&'/:<>@]+@)?[^\s"&'/:<>@*]+)$/;

const address = z
  .string()
  .regex(/^[\w.:-]+$/)
  .meta({
    title: 'a host name or an IP address',
    description: 'Host name or IP address of the XMPP server.',
    examples: ['127.0.0.1'],
  });
const port = z
  .int()
  .min(1)
  .max(65535)
  .meta({ description: 'Its port for components.', examples: [5347] });

const component = {
  host: z
    .string()
    .max(1023)
    .toLowerCase()
    .regex(HOST)
    .meta({
      title: 'a host name',
      description: 'Host of this network in XMPP addresses, as the XMPP server knows the component.',
      examples: ['irc.example.com'],
    }),
  secret: z
    .string()
    .min(1)
    .meta({
      title: 'text',
      description: 'What the gateway proves itself with to the XMPP server (component_secret, password).',
      writeOnly: true,
      examples: ['a long random secret'],
    }),
  name: z
    .string()
    .min(1)
    .max(200)
    .exactOptional()
    .meta({ description: 'Name of the network in lists of services.', examples: ['IRC'] }),
  xmpp: z
    .strictObject({ host: address.exactOptional(), port: port.exactOptional() })
    .prefault({})
    .meta({ description: 'Another XMPP server for this network; what is absent is as under xmpp at the top.' }),
  access: z
    .strictObject({
      allow: z
        .array(z.string().toLowerCase().regex(ANYONE).meta({ title: 'a bare JID, a domain or "*"' }))
        .default(['*'])
        .meta({
          description: 'Who may use it: bare JIDs, domains, or "*" for everyone who can reach it.',
          examples: [['example.com', 'romeo@example.net']],
        }),
      invites: z
        .boolean()
        .default(false)
        .meta({ description: 'Whether those may use it as well whom an admin has invited.' }),
    })
    .prefault({})
    .meta({ description: 'Access to this network.' }),
  archive: z
    .strictObject({
      days: z
        .int()
        .min(0)
        .max(36_500)
        .default(30)
        .meta({ description: 'Days that messages are kept for their users; 0 for ever. Users may choose fewer.' }),
      on_join: z
        .int()
        .min(0)
        .max(250)
        .default(20)
        .meta({ description: 'Messages told to a client that joins a room and does not say how many it wants.' }),
    })
    .prefault({})
    .meta({ description: 'What is remembered of what was said on this network.' }),
  rooms: z
    .strictObject({
      full_up_to: z.int().min(0).max(100_000).default(1_000).meta({
        description:
          'Members up to which all of a room are shown; of a larger one who leads it or speaks. Users may choose otherwise.',
      }),
      persistent_by_default: z.boolean().default(false).meta({
        description:
          'Whether users stay in a room when their last client has left it. Users may choose otherwise, for all rooms or one.',
      }),
      persistence: z
        .strictObject({
          allow: people('Who may: bare JIDs, domains, or "*".', ['*']),
          deny: people('And who not.', []),
        })
        .prefault({})
        .meta({ description: 'Who may stay in rooms without a client.' }),
    })
    .prefault({})
    .meta({ description: 'How rooms of this network are shown, and who stays in them.' }),
  idle_days: z.int().min(0).max(36_500).default(30).meta({
    description:
      'Days after which a user who stays in rooms but was not seen is disconnected until they come again; 0 for never.',
  }),
  connects_per_second: z.number().min(0.1).max(10_000).default(20).meta({
    description: 'How many users are connected to this network in a second, after the first ten.',
  }),
  quotas: z
    .strictObject({
      accounts: z.int().min(1).max(1_000).default(50).meta({ description: 'Accounts, or servers, at once.' }),
      rooms: z.int().min(1).max(10_000).default(500).meta({ description: 'Rooms at once, on each of them.' }),
    })
    .prefault({})
    .meta({ description: 'How much one user may have.' }),
  policy,
};

function people(description: string, usual: string[]) {
  return z
    .array(z.string().toLowerCase().regex(ANYONE).meta({ title: 'a bare JID, a domain or "*"' }))
    .default(usual)
    .meta({ description, examples: [['example.com', 'romeo@example.net']] });
}

function network<const Kind extends string, Options extends z.ZodRawShape>(kind: Kind, options: Options) {
  const names = z.literal(kind).meta({ description: 'What kind of network this is.' });
  return z.strictObject({ kind: names, ...component, ...options });
}

/** The whole file; a further kind of network is one more line in the union. */
export const configSchema = z.strictObject({
  xmpp: z
    .strictObject({ host: address.default('127.0.0.1'), port: port.default(5347) })
    .prefault({})
    .meta({ description: 'The XMPP server that this gateway is a component of (XEP-0114).' }),
  data: z
    .string()
    .min(1)
    .default('./data')
    .meta({ title: 'a folder', description: 'Folder of the database; made when absent.' }),
  key_file: z
    .string()
    .min(1)
    .exactOptional()
    .meta({
      title: 'a file name',
      description:
        'File with the 32 bytes that seal stored passwords, made on the first start; isthmus.key in the data folder when absent. Keep a copy apart from the database.',
      examples: ['/var/lib/isthmus/isthmus.key'],
    }),
  http,
  media,
  log: z
    .strictObject({
      level: z.enum(LEVELS).default('info').meta({ description: 'The least that is logged; "silent" for nothing.' }),
    })
    .prefault({})
    .meta({ description: 'The log, one line of JSON per entry on standard output.' }),
  admins: z
    .array(z.string().toLowerCase().regex(BARE_JID).meta({ title: 'a bare JID such as admin@example.com' }))
    .default([])
    .meta({ description: 'Who may use the commands for admins, by bare JID.', examples: [['admin@example.com']] }),
  contact,
  rates,
  networks: z
    .array(z.discriminatedUnion('kind', [network('irc', ircOptions.shape)]))
    .min(1)
    .meta({
      description: 'The networks, each on a host of its own.',
      examples: [[{ kind: 'irc', host: 'irc.example.com', secret_file: '/run/secrets/irc' }]],
    }),
});

type File = z.infer<typeof configSchema>;
type XmppServer = File['xmpp'];

/** One network, with the XMPP server it attaches to. */
type NetworkConfig = File['networks'][number] & { readonly xmpp: XmppServer };
/** The settings of a gateway; file names are absolute. */
export type Config = Omit<File, 'networks'> & {
  readonly key_file: string;
  readonly networks: readonly NetworkConfig[];
};
