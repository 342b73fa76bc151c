/** A real InspIRCd on loopback: IRCv3, MONITOR, an operator, TLS if asked for, and generous limits. */

import { copyFile } from 'node:fs/promises';
import { type Certificate, makeCertificate } from './certificate.ts';
import { Child, started } from './child.ts';
import { Folder } from './folder.ts';
import { programPath } from './installed.ts';
import { answering, freePorts } from './ports.ts';

/** The name and password of the operator that every server knows. */
export const OPERATOR = { name: 'operator', password: 'operator-password' } as const;

export interface InspircdOptions {
  readonly name?: string;
  /** What clients must give as PASS. */
  readonly password?: string;
  readonly tls?: boolean;
  /** Listens on `port` for other servers, and knows the one of `to`. */
  readonly link?: { readonly port: number; readonly to: { readonly name: string; readonly port: number } };
  /** Modules besides those that every test gets. */
  readonly modules?: readonly string[];
  /** What gateways on loopback give in WEBIRC. */
  readonly webirc?: string;
  /** Asks port 113 of the client's address who it is (RFC 1413). */
  readonly ident?: boolean;
  /** More of its configuration. */
  readonly config?: string;
}
interface Ports {
  readonly port: number;
  readonly tlsPort: number;
}

export class Inspircd extends Child {
  readonly port: number;
  /** Answers only when started with `tls`. */
  readonly tlsPort: number;
  /** File of the authority that signed the server's certificate. */
  readonly caFile: string | undefined;

  constructor(name: string, folder: Folder, { port, tlsPort }: Ports, caFile: string | undefined) {
    const command = [`${folder.path}/inspircd`, '--nofork', '--config', `${folder.path}/inspircd.conf`] as const;
    const ready = (signal: AbortSignal) => answering(caFile ? [port, tlsPort] : [port], signal);
    super({ name: `InspIRCd ${name}`, command, folder, ready, unprivileged: true });
    this.port = port;
    this.tlsPort = tlsPort;
    this.caFile = caFile;
  }
}

export async function startInspircd(options: InspircdOptions = {}): Promise<Inspircd> {
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const folder = await Folder.make('inspircd');
  const certificate = options.tls ? await makeCertificate(folder) : undefined;
  // Debian's AppArmor profile is bound to the installed path and would keep the server out of our folder.
  await copyFile(programPath('inspircd') ?? '/usr/sbin/inspircd', `${folder.path}/inspircd`);
  await folder.write('inspircd.conf', config(folder.path, { port, tlsPort }, options, certificate));
  return started(new Inspircd(options.name ?? 'inspircd.test', folder, { port, tlsPort }, certificate?.ca));
}

// m_ircv3 brings account-notify, away-notify and extended-join; m_ircv3_capnotify brings cap-notify.
const MODULES = `cap ircv3 ircv3_accounttag ircv3_batch ircv3_capnotify ircv3_chghost ircv3_ctctags ircv3_echomessage
  ircv3_invitenotify ircv3_labeledresponse ircv3_msgid ircv3_servertime monitor namesx uhnames setname sajoin sapart
  sanick samode customprefix botmode`.split(/\s+/);

function config(folder: string, ports: Ports, options: InspircdOptions, certificate: Certificate | undefined): string {
  const password = options.password === undefined ? '' : `password="${options.password}"`;
  return `
<server name="${options.name ?? 'inspircd.test'}" description="InspIRCd under test" network="TestNet">
<admin name="admin" nick="admin" email="admin@localhost">
<path configdir="${folder}" datadir="${folder}" logdir="${folder}" runtimedir="${folder}">
<pid file="${folder}/inspircd.pid">
<bind address="127.0.0.1" port="${ports.port}" type="clients">
<connect allow="*" ${password} timeout="20" pingfreq="60" useident="${options.ident ? 'yes' : 'no'}" resolvehostnames="no" fakelag="no"
  commandrate="1000000" threshold="100" hardsendq="64M" softsendq="8M" recvq="1M"
  localmax="2000" globalmax="2000" maxchans="500" maxconnwarn="no">
<class name="all" commands="*" privs="*" usermodes="*" chanmodes="*" snomasks="*">
<type name="all" classes="all" maxchans="500">
<oper name="${OPERATOR.name}" password="${OPERATOR.password}" host="*@*" type="all">
<options defaultmodes="not">
<dns server="127.0.0.1" timeout="1">
<timesync enable="no">
${modules(options)}
<customprefix name="founder" letter="q" prefix="~" rank="50000" ranktoset="50000">
<customprefix name="admin" letter="a" prefix="&amp;" rank="40000" ranktoset="50000">
<customprefix name="halfop" letter="h" prefix="%" rank="20000" ranktoset="30000">
${certificate ? tls(ports.tlsPort, certificate) : ''}${options.link ? link(options.link) : ''}
${options.webirc === undefined ? '' : `<cgihost type="webirc" password="${options.webirc}" mask="127.0.0.0/8">`}
${options.config ?? ''}
`;
}

function modules({ modules: more = [], webirc, ident }: InspircdOptions): string {
  const names = [...MODULES, ...(webirc === undefined ? [] : ['cgiirc']), ...(ident ? ['ident'] : []), ...more];
  return names.map((name) => `<module name="${name}">`).join('\n');
}

function tls(port: number, { ca, certificate, key }: Certificate): string {
  return `
<module name="ssl_gnutls">
<sslprofile name="test" provider="gnutls" cafile="${ca}" certfile="${certificate}" keyfile="${key}"
  hash="sha256">
<bind address="127.0.0.1" port="${port}" type="clients" sslprofile="test">
`;
}

function link({ port, to }: NonNullable<InspircdOptions['link']>): string {
  return `
<module name="spanningtree">
<bind address="127.0.0.1" port="${port}" type="servers">
<link name="${to.name}" ipaddr="127.0.0.1" port="${to.port}" allowmask="127.0.0.1" sendpass="pair" recvpass="pair">
`;
}
