/** Keys for what users are told of the service, and for what keeps it fair. */

import { z } from 'zod';

const URI = /^[a-z][a-z\d+.-]*:\S+$/i;

const uri = z.string().max(1000).regex(URI).meta({ title: 'an address such as mailto:admin@example.com' });

function addresses(description: string) {
  return z
    .array(uri)
    .max(20)
    .default([])
    .meta({ description, examples: [['mailto:admin@example.com', 'xmpp:admin@example.com']] });
}

export const contact = z
  .strictObject({
    abuse: addresses('For reports of abuse.'),
    admin: addresses('Of those who run the gateway.'),
    feedback: addresses('For praise and wishes.'),
    security: addresses('For reports of security holes.'),
    status: addresses('Where to see whether all is well.'),
    support: addresses('For whoever needs help.'),
  })
  .prefault({})
  .meta({ description: 'Whom users can turn to, as addresses with their scheme (XEP-0157).' });

export const policy = z
  .strictObject({
    terms: uri
      .exactOptional()
      .meta({ description: 'Terms of service of the gateway.', examples: ['https://example.com/terms'] }),
    about: z
      .string()
      .max(2000)
      .exactOptional()
      .meta({
        description: 'What else users should know of how the gateway treats their data.',
        examples: ['Only the two administrators can read the database.'],
      }),
    transmission: z
      .enum(['plain', 'encrypted'])
      .exactOptional()
      .meta({ description: 'How the gateway talks to the network.', examples: ['encrypted'] }),
    network: z
      .strictObject({
        terms: uri
          .exactOptional()
          .meta({ description: 'Its terms of service.', examples: ['https://libera.chat/policies'] }),
        about: z
          .string()
          .max(2000)
          .exactOptional()
          .meta({
            description: 'What users should know of how it treats their data.',
            examples: ['Channels on this network may be logged by anyone.'],
          }),
      })
      .prefault({})
      .meta({ description: 'The same of the network itself.' }),
  })
  .prefault({})
  .meta({ description: 'What becomes of users’ data, for clients that show it (XEP-0504).' });

export const rates = z
  .strictObject({
    stanzas_per_second: z
      .number()
      .min(1)
      .max(10_000)
      .default(50)
      .meta({ description: 'How many stanzas one user may send per second for long.' }),
    burst: z.int().min(10).max(100_000).default(500).meta({ description: 'How many may come at once.' }),
  })
  .prefault({})
  .meta({ description: 'How fast one user may be, so that the others are not slowed down.' });
