/** A real ngIRCd on loopback: the plain kind of server, with neither IRCv3 tags nor MONITOR. */

import { Child, started } from './child.ts';
import { Folder } from './folder.ts';
import { programPath } from './installed.ts';
import { answering, freePorts } from './ports.ts';

export class Ngircd extends Child {
  readonly port: number;

  constructor(folder: Folder, port: number) {
    const command = [programPath('ngircd') ?? 'ngircd', '-n', '-f', `${folder.path}/ngircd.main`] as const;
    super({ name: 'ngIRCd', command, folder, ready: (signal) => answering([port], signal), unprivileged: true });
    this.port = port;
  }
}

export async function startNgircd(options: { readonly password?: string } = {}): Promise<Ngircd> {
  const [port = 0] = await freePorts(1);
  const folder = await Folder.make('ngircd');
  await folder.write('ngircd.main', config(folder.path, port, options.password));
  return started(new Ngircd(folder, port));
}

function config(folder: string, port: number, password: string | undefined): string {
  return `
[Global]
Name = ngircd.test
Info = ngIRCd under test
AdminEMail = admin@localhost
Listen = 127.0.0.1
Ports = ${port}
${password === undefined ? '' : `Password = ${password}`}
MotdPhrase = "Welcome to the test"
[Limits]
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 30
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
IncludeDir = ${folder}
`;
}
