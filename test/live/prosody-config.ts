/** The configuration of a Prosody for tests, for 0.12 and 13 alike. */

import type { XmppServerOptions } from './xmpp-server.ts';

export interface Ports {
  readonly clientPort: number;
  readonly componentPort: number;
  readonly httpPort: number;
}

export function prosodyConfig(folder: string, ports: Ports, options: XmppServerOptions): string {
  const { components = [], privileges = false, upload = false } = options;
  const hosts = components.map(({ host }) => host);
  return `
data_path = ${lua(`${folder}/data`)}
pidfile = ${lua(`${folder}/prosody.pid`)}
certificates = ${lua(folder)}
log = { info = "*console" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${ports.clientPort} }
component_ports = { ${ports.componentPort} }
component_interfaces = { "127.0.0.1" }
s2s_ports = {}; https_ports = {}
http_ports = { ${upload ? ports.httpPort : ''} }; http_interfaces = { "127.0.0.1" }
-- Otherwise the second of two stanzas waits for the TCP acknowledgement of the first, 40 ms.
network_settings = { nagle = false }
authentication = "internal_plain"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
modules_disabled = { "s2s", "tls" }
modules_enabled = {
  "roster", "saslauth", "disco", "private", "vcard4", "vcard_legacy", "pep", "blocklist", "carbons", "smacks", "mam",
  "bookmarks", "ping", "version",${privileges ? ' "privilege",' : ''}
}
VirtualHost "localhost"
${privileges ? `  privileged_entities = { ${hosts.map(privileged).join('; ')} }` : ''}
Component "rooms.localhost" "muc"
${upload ? uploadHost(hosts, ports.httpPort) : ''}
${components.map(({ host, secret }) => componentHost(host, secret, privileges)).join('')}`;
}

/** Strings without control characters are written alike in JSON and Lua. */
export function lua(text: string): string {
  return JSON.stringify(text);
}

/** All that XEP-0356 has; presence of the users who let the component see it, and no more. */
function privileged(host: string): string {
  const queries = ['http://jabber.org/protocol/pubsub', 'http://jabber.org/protocol/pubsub#owner'];
  const iq = queries.map((ns) => `[${lua(ns)}] = "both"`).join('; ');
  return `[${lua(host)}] = { roster = "both"; message = "outgoing"; presence = "managed_entity"; iq = { ${iq} } }`;
}

/** Prosody 13 lets nobody but the users of the parent host in unless told to; 0.12 lets components in always. */
function uploadHost(components: readonly string[], port: number): string {
  return `Component "upload.localhost" "http_file_share"
  http_host = "127.0.0.1"
  http_external_url = "http://127.0.0.1:${port}/"
  http_file_share_access = { ${['localhost', ...components].map(lua).join(', ')} }
`;
}

function componentHost(host: string, secret: string, privileges: boolean): string {
  const modules = privileges ? '  modules_enabled = { "privilege" }\n' : '';
  return `Component ${lua(host)}\n  component_secret = ${lua(secret)}\n${modules}`;
}
