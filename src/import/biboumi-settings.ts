/** What biboumi.cfg says, as the lines of isthmus.yaml that say the same. */

import { stringify } from 'yaml';
import type { BiboumiConfig } from './biboumi-config.ts';
import { printable } from './report.ts';

/** What isthmus.yaml would say, as plain data; secrets stand in files of their own. */
interface Draft {
  readonly top: Record<string, unknown>;
  readonly network: Record<string, unknown>;
  /** Settings of single servers, by name. */
  readonly servers: Record<string, Record<string, unknown>>;
  /** What has no key, in sentences. */
  readonly notes: string[];
  /** Options whose values stand in files of their own, and the names of those. */
  readonly secrets: [option: string, file: string][];
}
export interface Proposal {
  readonly yaml: string;
  readonly notes: readonly string[];
}
export interface ProposalOptions {
  readonly config: BiboumiConfig;
  /** Name of biboumi's file, for the commands that read secrets from it. */
  readonly file: string;
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const ANYONE = /^([^\s"&'/:<>@]+@)?[a-z0-9][a-z0-9.-]*$/i;
/** Days of the units that archive_expires_after has. */
const DAYS: Readonly<Record<string, number>> = { h: 1 / 24, d: 1, w: 7, m: 30, y: 365 };

/** By option; each takes its value, which is not empty, over into the draft. */
const RULES: Readonly<Record<string, (value: string, draft: Draft) => void>> = {
  // They are there in any case, see `propose`.
  hostname: () => {},
  password: () => {},
  archive_expires_after: () => {},
  persist_user_allowlist: () => {},
  persist_user_denylist: () => {},
  default_persistence_allowed: () => {},
  identd_port: () => {},
  // Where an import reads from.
  db_name: () => {},
  policy_directory: () => {},
  xmpp_server_ip: (value, { top }) => {
    top['xmpp'] = { ...Object(top['xmpp']), host: value };
  },
  port: (value, { top }) => {
    top['xmpp'] = { ...Object(top['xmpp']), port: Number(value) };
  },
  admin: (value, { top }) => {
    top['admins'] = listOf(value);
  },
  fixed_irc_server: (value, { network }) => {
    network['server'] = value.toLowerCase();
  },
  persistent_by_default: (value, { network }) => {
    if (value === 'true') network['rooms'] = { ...Object(network['rooms']), persistent_by_default: true };
  },
  realname_customization: (value, { network }) => {
    if (value !== 'true') network['realname_customization'] = false;
  },
  realname_from_jid: (value, { network }) => {
    if (value === 'true') network['realname_from_jid'] = true;
  },
  outgoing_bind: (value, { network }) => {
    network['bind'] = [value];
  },
  webirc_password: (_, draft) => {
    const webirc = { password_file: 'webirc.secret' };
    draft.secrets.push(['webirc_password', webirc.password_file]);
    ofServer(draft, 'webirc', webirc, 'webirc_password: set webirc for each server that knows the gateway');
  },
  ca_file: (value, draft) => {
    const sentence = `ca_file: set it for single servers, or start the gateway with NODE_EXTRA_CA_CERTS=${printable(value)}`;
    ofServer(draft, 'ca_file', value, sentence);
  },
  log_level: (value, { top }) => {
    top['log'] = { level: LEVELS[Number(value)] ?? 'info' };
  },
  log_file: (value, { notes }) => {
    notes.push(
      `log_file: the log goes to standard output. Let what starts the gateway write it to ${printable(value)}.`,
    );
  },
};

/** biboumi has it for all servers, the gateway for single ones: that is clear where there is but one. */
function ofServer({ network, servers, notes }: Draft, key: string, value: unknown, sentence: string): void {
  const name = network['server'];
  if (typeof name === 'string') servers[name] = { ...servers[name], [key]: value };
  else notes.push(`${sentence}, such as: servers: {irc.example.org: ${JSON.stringify({ [key]: value })}}.`);
}

/** Throws nothing: what can't be kept is in the notes. */
export function propose({ config, file }: ProposalOptions): Proposal {
  const { values } = config;
  const draft: Draft = { top: {}, network: {}, servers: {}, notes: [], secrets: [['password', 'irc.secret']] };
  Object.assign(draft.network, { kind: 'irc', host: values.get('hostname')?.trim() ?? '', secret_file: 'irc.secret' });
  // The only server comes first: others are about it.
  const options = [...values].sort(
    ([one], [other]) => Number(other === 'fixed_irc_server') - Number(one === 'fixed_irc_server'),
  );
  for (const [option, raw] of options) {
    const rule = Object.hasOwn(RULES, option) ? RULES[option] : undefined;
    const value = raw.trim();
    if (!rule) draft.notes.push(`${printable(option)}: the gateway has no such setting.`);
    else if (value !== '') rule(value, draft);
  }
  identd(values.get('identd_port')?.trim() || '113', draft);
  persistence(values, draft);
  // biboumi keeps what was said for ever.
  draft.network['archive'] = { days: daysOf(values.get('archive_expires_after') ?? '0', draft) };
  policies(config, draft);
  if (Object.keys(draft.servers).length > 0) draft.network['servers'] = draft.servers;
  return { yaml: write(draft, config, file), notes: draft.notes };
}

/** A secret is never shown: a command moves it from where it stands. */
function write({ top, network, secrets }: Draft, { fromEnvironment }: BiboumiConfig, file: string): string {
  const commands = secrets.map(([option, name]) => {
    const variable = `printenv BIBOUMI_${option.toUpperCase()}`;
    const from = fromEnvironment.has(option) ? variable : `sed -n 's/^${option}=//p' ${quoted(file)}`;
    return `#   (umask 077; ${from} > ${name})\n`;
  });
  const about = `# Secrets stand in files beside this one, which these commands make:\n${commands.join('')}`;
  return about + stringify({ ...top, networks: [network] }, { lineWidth: 0 });
}

/** biboumi answers on port 113 unless it is told otherwise, and networks may hold bans by what it says. */
function identd(port: string, { network, notes }: Draft): void {
  if (port === '0') return;
  network['identd'] = { port: Number(port) };
  if (Number(port) < 1024) {
    notes.push(
      `identd_port: what starts the gateway has to let it listen on port ${printable(port)} (CAP_NET_BIND_SERVICE).`,
    );
  }
}

/** Who may stay in rooms, in biboumi 10: those of one list, or all but those of another. */
function persistence(values: BiboumiConfig['values'], { network, notes }: Draft): void {
  const people = (option: string) => {
    const all = listOf(values.get(option) ?? '');
    const known = all.filter((each) => ANYONE.test(each));
    if (known.length < all.length) notes.push(`${option}: what is neither a JID nor a domain is left out.`);
    return known;
  };
  const [allow, deny] = [people('persist_user_allowlist'), people('persist_user_denylist')];
  const closed = values.get('default_persistence_allowed')?.trim() === 'false';
  if (!closed && deny.length === 0) return;
  const lists = { ...(closed && { allow }), ...(deny.length > 0 && { deny }) };
  network['rooms'] = { ...Object(network['rooms']), persistence: lists };
}

function daysOf(value: string, { notes }: Draft): number {
  const [, count = '0', unit = ''] = /^(\d{1,6})([hdwmy]?)$/.exec(value.trim()) ?? [];
  if (count === '0') return 0;
  const days = Math.max(1, Math.ceil(Number(count) * (DAYS[unit] ?? 1)));
  if (unit === 'h') notes.push('archive_expires_after: the gateway counts in days.');
  return Math.min(36_500, days);
}

/** Of Botan's settings only the one that Node has as well. */
function policies({ policies: files }: BiboumiConfig, { servers, notes }: Draft): void {
  for (const [server, policy] of files) {
    const name = server === '' ? 'policy.txt' : `${printable(server)}.policy.txt`;
    for (const [option, raw] of policy) {
      const off = ['0', 'false'].includes(raw.trim().toLowerCase());
      if (option !== 'verify_certificate') {
        notes.push(`${name}: ${printable(option)} is a setting of Botan, which the gateway does not use.`);
      } else if (off && server === '') {
        notes.push(`${name}: certificates are verified. Set verify: false for the servers under servers that need it.`);
      } else if (off) servers[server] = { ...servers[server], verify: false };
    }
  }
}

function listOf(value: string): string[] {
  return value
    .split(':')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
