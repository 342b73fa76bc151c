/** A real ngIRCd on loopback: the plain kind of server, with neither IRCv3 tags nor MONITOR. */

import { type Certificate, makeCertificate } from './certificate.ts';
import { Child, started } from './child.ts';
import { Folder } from './folder.ts';
import { programPath } from './installed.ts';
import { answering, freePorts } from './ports.ts';

export interface NgircdOptions {
  /** What clients must give as PASS. */
  readonly password?: string;
  readonly tls?: boolean;
  /** What gateways give in WEBIRC. */
  readonly webirc?: string;
  /** Asks port 113 of the client's address who it is (RFC 1413). */
  readonly ident?: boolean;
}
interface Ports {
  readonly port: number;
  readonly tlsPort: number;
}

export class Ngircd extends Child {
  readonly port: number;
  /** Answers only when started with `tls`. */
  readonly tlsPort: number;
  /** File of the authority that signed the server's certificate. */
  readonly caFile: string | undefined;

  constructor(folder: Folder, { port, tlsPort }: Ports, caFile: string | undefined) {
    const command = [programPath('ngircd') ?? 'ngircd', '-n', '-f', `${folder.path}/ngircd.main`] as const;
    const ready = (signal: AbortSignal) => answering(caFile ? [port, tlsPort] : [port], signal);
    super({ name: 'ngIRCd', command, folder, ready, unprivileged: true });
    this.port = port;
    this.tlsPort = tlsPort;
    this.caFile = caFile;
  }
}

export async function startNgircd(options: NgircdOptions = {}): Promise<Ngircd> {
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const folder = await Folder.make('ngircd');
  const certificate = options.tls ? await makeCertificate(folder) : undefined;
  await folder.write('ngircd.main', config(folder.path, { port, tlsPort }, options, certificate));
  return started(new Ngircd(folder, { port, tlsPort }, certificate?.ca));
}

function config(
  folder: string,
  { port, tlsPort }: Ports,
  { password, webirc, ident = false }: NgircdOptions,
  certificate: Certificate | undefined,
): string {
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
# It asks for the one only when it looks up the other.
DNS = ${ident ? 'yes' : 'no'}
Ident = ${ident ? 'yes' : 'no'}
PAM = no
IncludeDir = ${folder}
${webirc === undefined ? '' : `WebircPassword = ${webirc}`}
${certificate ? tls(tlsPort, certificate) : ''}`;
}

function tls(port: number, { certificate, key }: Certificate): string {
  return `
[SSL]
CertFile = ${certificate}
KeyFile = ${key}
Ports = ${port}
`;
}
