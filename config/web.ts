/** Keys for what the gateway serves and fetches by HTTP: its listener, and the files that go to and fro. */

import { z } from 'zod';

const DOMAIN = /^[^\s"&'/:<>@*]+$/;
const { ipv4, ipv6, cidrv4, cidrv6 } = z.regexes;
const NETWORK = new RegExp([ipv4, ipv6, cidrv4, cidrv6].map(({ source }) => `(?:${source})`).join('|'));
const ADDRESS = /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*[^\s?#/])?\/?$/;
const MEBIBYTE = 1024 * 1024;

export const http = z
  .strictObject({
    port: z
      .int()
      .min(1)
      .max(65535)
      .exactOptional()
      .meta({ description: 'Port that it listens on; it does not where this is absent.', examples: [5280] }),
    public_url: z
      .string()
      .regex(ADDRESS)
      .exactOptional()
      .meta({
        title: 'an address that begins with https://',
        description:
          'Where the world reaches it, by way of a proxy that adds TLS. With it the gateway keeps and gives away the files that a user’s own server does not take.',
        examples: ['https://gateway.example.com'],
      }),
    listen: z
      .string()
      .regex(/^[\w.:-]+$/)
      .default('127.0.0.1')
      .meta({ title: 'a host name or an IP address', description: 'Address that it listens on.' }),
  })
  .prefault({})
  .meta({ description: 'The HTTP listener.' });

export const media = z
  .strictObject({
    max_bytes: z
      .int()
      .min(1)
      .default(50 * MEBIBYTE)
      .meta({ description: 'Largest file that is carried, in bytes.' }),
    days: z
      .int()
      .min(1)
      .max(3650)
      .default(30)
      .meta({ description: 'Days that a file stays in the gateway’s own store.' }),
    user_bytes: z
      .int()
      .min(1)
      .default(500 * MEBIBYTE)
      .meta({ description: 'Bytes that one user’s files there may take.' }),
    total_bytes: z
      .int()
      .min(1)
      .default(10 * 1024 * MEBIBYTE)
      .meta({ description: 'Bytes that all files there may take.' }),
    allow_addresses: z
      .array(z.string().regex(NETWORK).meta({ title: 'an IP address or a network such as 10.1.0.0/16' }))
      .default([])
      .meta({
        description: 'Addresses of the site’s own network that files may be fetched from, beside the Internet.',
        examples: [['10.1.0.0/16']],
      }),
    trusted_domains: z
      .array(z.string().toLowerCase().regex(DOMAIN).meta({ title: 'a domain' }))
      .default([])
      .meta({
        description: 'Domains of the site’s own XMPP servers, whose upload service may be inside and without TLS.',
        examples: [['example.com']],
      }),
  })
  .prefault({})
  .meta({ description: 'Files in messages.' });
