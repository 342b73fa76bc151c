/** The configuration of an ejabberd for tests. */

import { PRIVILEGES_TWO } from './ejabberd-install.ts';
import type { XmppServerOptions } from './xmpp-server.ts';

export interface Ports {
  readonly clientPort: number;
  readonly componentPort: number;
  readonly httpPort: number;
}

/** JSON is YAML. */
export function ejabberdConfig(folder: string, ports: Ports, options: XmppServerOptions): string {
  const hosts = (options.components ?? []).map(({ host }) => host);
  return JSON.stringify({
    loglevel: 'info',
    hosts: ['localhost'],
    auth_password_format: 'plain',
    // Its own rules against floods would make the tests wait.
    shaper: {},
    s2s_access: 'none',
    listen: listeners(ports, options),
    // Refuses an empty list.
    acl: { gateway: ['gateway.invalid', ...hosts].map((server) => ({ server })), local: { user_regexp: '' } },
    access_rules: {
      gateway: { allow: 'gateway' },
      local: { allow: 'local' },
      // A list of rules is "or"; two names in one rule were "and".
      upload: [{ allow: 'local' }, { allow: 'gateway' }],
    },
    api_permissions: { tests: { from: 'mod_http_api', who: { ip: '127.0.0.1/8' }, what: 'register' } },
    modules: modules(folder, ports, options),
  });
}

function listeners({ clientPort, componentPort, httpPort }: Ports, { components = [] }: XmppServerOptions): object[] {
  const ip = '127.0.0.1';
  const hosts = Object.fromEntries(components.map(({ host, secret }) => [host, { password: secret }]));
  const service = { port: componentPort, ip, module: 'ejabberd_service', global_routes: false, hosts };
  return [
    { port: clientPort, ip, module: 'ejabberd_c2s', starttls: false },
    ...(components.length > 0 ? [service] : []),
    {
      port: httpPort,
      ip,
      module: 'ejabberd_http',
      request_handlers: { '/upload': 'mod_http_upload', '/api': 'mod_http_api' },
    },
  ];
}

function modules(folder: string, { httpPort }: Ports, options: XmppServerOptions): object {
  const { components = [], privileges = false, upload = false } = options;
  const names = [
    'roster',
    'caps',
    'carboncopy',
    'vcard',
    'blocking',
    'privacy',
    'stream_mgmt',
    'admin_extra',
    'http_api',
    'ping',
    'version',
  ];
  const iq = { 'http://jabber.org/protocol/pubsub': { both: 'gateway' } };
  const privilege = {
    roster: { both: 'gateway' },
    message: { outgoing: 'gateway' },
    presence: { managed_entity: 'gateway' },
    ...(PRIVILEGES_TWO && { iq }),
  };
  const where = `http://127.0.0.1:${httpPort}/upload`;
  return {
    ...Object.fromEntries(names.map((name) => [`mod_${name}`, {}])),
    mod_disco: { extra_domains: components.map(({ host }) => host) },
    mod_mam: { default: 'always' },
    mod_muc: { host: 'rooms.localhost' },
    mod_pubsub: { plugins: ['flat', 'pep'] },
    ...(privileges && { mod_privilege: privilege }),
    ...(upload && {
      mod_http_upload: { host: 'upload.localhost', access: 'upload', put_url: where, docroot: `${folder}/uploads` },
    }),
  };
}
