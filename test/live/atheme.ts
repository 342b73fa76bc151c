/** A network of two programs: an InspIRCd and Atheme's services, with NickServ, ChanServ and SASL. */

import { Child, started } from './child.ts';
import { Folder } from './folder.ts';
import { type Inspircd, type InspircdOptions, startInspircd } from './inspircd.ts';
import { programPath } from './installed.ts';
import { IrcClient } from './irc-client.ts';
import { freePorts } from './ports.ts';

const SERVICES = 'services.test';
/** Atheme won't work without services_account; sslinfo tells it the fingerprints of clients' certificates. */
const MODULES = 'services_account sasl sslinfo chghost svshold cban topiclock cloaking globops hidechans'.split(' ');

export class InspircdWithAtheme implements AsyncDisposable {
  readonly irc: Inspircd;
  readonly services: Child;

  constructor(irc: Inspircd, services: Child) {
    this.irc = irc;
    this.services = services;
  }

  get port(): number {
    return this.irc.port;
  }

  /** Answers only when started with `tls`. */
  get tlsPort(): number {
    return this.irc.tlsPort;
  }

  get caFile(): string | undefined {
    return this.irc.caFile;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.services[Symbol.asyncDispose]();
    await this.irc[Symbol.asyncDispose]();
  }
}

export async function startInspircdWithAtheme(
  options: Omit<InspircdOptions, 'link'> & {
    /** False where the server shall offer no SASL. */
    readonly sasl?: boolean;
  } = {},
): Promise<InspircdWithAtheme> {
  const [linkPort = 0, unused = 0] = await freePorts(2);
  const irc = await startInspircd({
    ...options,
    modules: [...MODULES, ...(options.modules ?? [])],
    link: { port: linkPort, to: { name: SERVICES, port: unused } },
    config: `
<uline server="${SERVICES}" silent="yes">
<sasl target="${options.sasl === false ? 'nobody.test' : SERVICES}" requiressl="no">
<cloak mode="half" key="a key of at least thirty characters" prefix="test-">
${options.config ?? ''}`,
  });
  try {
    return new InspircdWithAtheme(irc, await startAtheme(irc, linkPort, options));
  } catch (error) {
    await irc[Symbol.asyncDispose]();
    throw error;
  }
}

async function startAtheme(
  irc: Inspircd,
  linkPort: number,
  { name = 'inspircd.test', password }: InspircdOptions,
): Promise<Child> {
  const folder = await Folder.make('atheme');
  const file = await folder.write('atheme.conf', config(linkPort, name));
  const program = programPath('atheme-services') ?? 'atheme-services';
  const files = ['-D', folder.path, '-l', `${folder.path}/atheme.log`, '-p', `${folder.path}/atheme.pid`];
  return started(
    new Child({
      name: 'Atheme',
      command: [program, '-n', '-c', file, ...files],
      folder,
      ready: () => linked(irc, password),
      unprivileged: true,
    }),
  );
}

/** Resolves when NickServ answers: what the services say of themselves, SASL too, has come before. */
async function linked({ port }: Inspircd, password: string | undefined): Promise<void> {
  const login = password === undefined ? {} : { password };
  await using watcher = await IrcClient.connect({ port, nick: 'watcher', ...login });
  watcher.raw('MONITOR + NickServ');
  await watcher.expect(({ command }) => command === '730');
  watcher.say('NickServ', 'HELP');
  await watcher.expect(({ command, from }) => command === 'NOTICE' && from === 'NickServ');
}

// What a network of today loads, less what looks after itself. Passwords are kept as they are, which takes no time.
const SERVICES_MODULES = [
  ...'backend/opensex protocol/inspircd saslserv/main saslserv/plain saslserv/external'.split(' '),
  ...named(
    'nickserv',
    `main cert drop enforce ghost group help identify info listchans logout register set_core
    set_accountname set_email set_enforcetime set_nevergroup set_password set_property status`,
  ),
  ...named(
    'chanserv',
    `main access akick ban drop flags getkey help info invite kick op owner protect halfop voice quiet recover register
    set_core set_guard set_keeptopic set_mlock set_private set_restricted set_secure status sync template topic
    unban_self`,
  ),
];

function named(service: string, modules: string): readonly string[] {
  return modules.split(/\s+/).map((name) => `${service}/${name}`);
}

function config(linkPort: number, uplink: string): string {
  return `
${SERVICES_MODULES.map((name) => `loadmodule "modules/${name}";`).join('\n')}
serverinfo {
  name = "${SERVICES}";
  desc = "Services under test";
  numeric = "00A";
  recontime = 1;
  netname = "TestNet";
  hidehostsuffix = "users.test";
  adminname = "admin";
  adminemail = "admin@localhost";
  registeremail = "noreply@localhost";
  mta = "/bin/true";
  loglevel = { error; info; network; register; set; };
  maxlogins = 100;
  maxusers = 0;
  mdlimit = 30;
  emaillimit = 1000;
  emailtime = 300;
  auth = none;
  casemapping = rfc1459;
};
uplink "${uplink}" {
  host = "127.0.0.1";
  send_password = "pair";
  receive_password = "pair";
  port = ${linkPort};
};
general {
  flood_msgs = 0;
  ratelimit_uses = 0;
  commit_interval = 60;
};
nickserv { nick = "NickServ"; user = "services"; host = "${SERVICES}"; real = "Nickname services"; maxnicks = 100; };
chanserv { nick = "ChanServ"; user = "services"; host = "${SERVICES}"; real = "Channel services"; maxchans = 100; fantasy; };
saslserv { nick = "SaslServ"; user = "services"; host = "${SERVICES}"; real = "SASL agent"; };
`;
}
