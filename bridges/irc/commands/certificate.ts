/** `certificate`: a client certificate for the user, by which the network knows them without a password. */

import { type Account, type NetworkCommand, Refusal } from '#src/network.ts';
import type { IrcSettings } from '../account.ts';
import { fingerprintsOf, makeCertificate } from '../certificates.ts';

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

async function outcome(
  known: Account<IrcSettings>,
  action: string,
): Promise<{ readonly text: string; readonly account?: Account }> {
  const { certificate: present, ...rest } = known.settings;
  switch (action) {
    case 'show':
      return { text: described(known) };
    case 'remove':
      return { text: `The certificate for ${known.label} is removed.`, account: { ...known, settings: rest } };
    case 'make':
    case 'replace': {
      const settings = { ...rest, certificate: await makeCertificate(known.settings.nick) };
      const account = { ...known, settings };
      return { text: described(account), account };
    }
    default:
      throw new Refusal('invalid', 'Choose what to do with the certificate.');
  }
}

function described({ label, settings: { certificate: known } }: Account<IrcSettings>): string {
  if (!known) throw new Refusal('not-found', 'There is no certificate yet. Make one first.');
  const { sha256, sha512 } = fingerprintsOf(known);
  return [
    `Your certificate for ${label} has the SHA-256 fingerprint ${sha256}`,
    `Its SHA-512 fingerprint is ${sha512}`,
    'To log in by it, tell the network once: while you are logged in, write “CERT ADD” to NickServ; where that is not enough, “CERT ADD” and the fingerprint.',
  ].join('\n');
}
