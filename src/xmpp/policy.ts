/** What the host tells of who runs it (XEP-0157 1.1.1) and of what becomes of its users' data (XEP-0504 0.1.0). */

import type { DescriptionForm } from './description.ts';

/** Addresses with their scheme, by what they are for. */
export interface ContactAddresses {
  readonly abuse?: readonly string[];
  readonly admin?: readonly string[];
  readonly feedback?: readonly string[];
  readonly security?: readonly string[];
  readonly status?: readonly string[];
  readonly support?: readonly string[];
}
/** What the administrator says of data; the rest the gateway knows itself. */
export interface DataPolicy {
  readonly terms?: string;
  readonly about?: string;
  /** How data goes between the gateway and the network. */
  readonly transmission?: 'plain' | 'encrypted';
  /** The same of the network itself. */
  readonly network?: { readonly terms?: string; readonly about?: string };
}
export interface PolicyOptions {
  readonly contact: ContactAddresses;
  readonly policy: DataPolicy;
  /** Type of the gateway's identity. */
  readonly gateway: string;
  /** How long messages are kept; 0 for ever. */
  readonly days: number;
}
type Fields = DescriptionForm['fields'];

/** The forms in the host's disco#info; one that has nothing to say is left out. */
export function policyForms(options: PolicyOptions): readonly DescriptionForm[] {
  const { contact, policy, gateway } = options;
  const addresses = Object.entries(contact).map(([name, uris]) => [`${name}-addresses`, uris] as const);
  const network = { tos: listOf(policy.network?.terms), extra_info: listOf(policy.network?.about) };
  const forms = [
    { type: 'http://jabber.org/network/serverinfo', fields: filled(Object.fromEntries(addresses)) },
    { type: 'urn:xmpp:data-policy:0', fields: filled(ownPolicy(options)) },
    { type: `urn:xmpp:data-policy:identity:gateway:${gateway}:0`, fields: filled(network) },
  ];
  return forms.filter(({ fields }) => Object.keys(fields).length > 0);
}

/** XEP-0504 §3. */
function ownPolicy({ policy, days }: PolicyOptions): Fields {
  return {
    // A password has to be given to the network as it was given to the gateway.
    auth_data: ['plain'],
    data_transmission: listOf(policy.transmission),
    data_retention: [days === 0 ? 'infinite' : String(days * 24)],
    data_deletion: ['true'],
    // Passwords are sealed, messages are not.
    encryption_at_rest: ['false'],
    access_policy: ['admins'],
    tos: listOf(policy.terms),
    extra_info: listOf(policy.about),
  };
}

function listOf(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

function filled(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, values]) => values.length > 0));
}
