/** `certificate`: a client certificate for the user, by which the network knows them without a password. */

import { type Account, type CommandOutcome, type NetworkCommand, Refusal } from '#src/network.ts';
import { type Certificate, fingerprintsOf, makeCertificate } from '../../login/certificates.ts';
import type { IrcSettings } from '../account.ts';

export const certificate: NetworkCommand = {
  name: 'certificate',
  node: 'certificate',
  title: 'Client certificate',
  summary: 'log in by a certificate instead of a password',
  at: ['host', 'account'],
  async *run({ account }) {
    const known = account as Account<IrcSettings>;
    const present = known.settings.certificate !== undefined;
    const choices = present ? ['show', 'replace', 'remove'] : ['make'];
    const answers = yield {
      title: 'Client certificate',
      fields: [
        {
          name: 'action',
          label: present
            ? 'There is a certificate: show, replace or remove it'
            : 'There is no certificate yet: make one, and connect anew with it',
          type: 'choice',
          choices,
          value: choices[0] ?? '',
        },
      ],
    };
    return outcome(known, answers['action'] ?? '');
  },
};

async function outcome(known: Account<IrcSettings>, action: string): Promise<CommandOutcome> {
  switch (action) {
    case 'show':
      return { text: described(known, known.settings.certificate) };
    case 'remove':
      return { text: `The certificate for ${known.label} is removed.`, change: certified(undefined) };
    case 'make':
    case 'replace': {
      const made = await makeCertificate(known.settings.nick);
      return { text: described(known, made), change: certified(made) };
    }
    default:
      throw new Refusal('invalid', 'Choose what to do with the certificate.');
  }
}

/** Gives an account that certificate, or takes away the one it has. */
function certified(made: Certificate | undefined): (account: Account) => Account {
  return (account) => {
    const { certificate: _, ...rest } = (account as Account<IrcSettings>).settings;
    return { ...account, settings: made ? { ...rest, certificate: made } : rest };
  };
}

function described({ label }: Account, known: Certificate | undefined): string {
  if (!known) throw new Refusal('not-found', 'There is no certificate yet. Make one first.');
  const { sha256, sha512 } = fingerprintsOf(known);
  return [
    `Your certificate for ${label} has the SHA-256 fingerprint ${sha256}`,
    `Its SHA-512 fingerprint is ${sha512}`,
    'To log in by it, tell the network once: while you are logged in, write “CERT ADD” to NickServ; where that is not enough, “CERT ADD” and the fingerprint.',
  ].join('\n');
}
