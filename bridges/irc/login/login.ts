/** Who a user is on a server: nick, user name, real name, and what proves it. */

import type { Way } from '../connection/ports.ts';
import type { Login } from '../link.ts';
import type { IrcOptions, ServerOptions } from '../options.ts';
import type { IrcSettings } from '../settings/account.ts';

/** Whose login it is, and what the administrator has to say to it. */
export interface Identity {
  readonly options: Pick<IrcOptions, 'realname' | 'realname_from_jid' | 'realname_customization'>;
  readonly server: Pick<ServerOptions, 'password' | 'identify'>;
  readonly settings: IrcSettings;
  /** Bare JID. */
  readonly owner: string;
}

/** RFC 1459 has 9 characters, many servers 10; what is longer they cut themselves. */
const USERNAME_LENGTH = 10;

/** What is said on the way `way`; the administrator's password only where they want to have it sent. */
export function loginOf({ options, server, settings, owner }: Identity, nick: string, way: Pick<Way, 'known'>): Login {
  const own: Pick<IrcSettings, 'username' | 'realname'> = options.realname_customization ? settings : {};
  const [local = ''] = owner.split('@');
  const named: typeof own = options.realname_from_jid ? { username: local, realname: owner } : { username: nick };
  const password = settings.password ?? (way.known ? server.password : undefined);
  return {
    nick,
    username: usernameOf(own.username ?? '') || usernameOf(named.username ?? '') || 'user',
    realname: own.realname ?? named.realname ?? options.realname ?? nick,
    ...(settings.sasl && { sasl: settings.sasl }),
    ...(server.identify !== undefined && { identify: server.identify }),
    ...(password !== undefined && { password }),
  };
}

/** Spaces become underscores, as biboumi has it; servers of hybrid's family want a letter or digit first. */
function usernameOf(wish: string): string {
  return wish
    .trim()
    .replace(/\s+/g, '_')
    .replace(/[^\w.-]/g, '')
    .replace(/^[^a-zA-Z\d]+/, '')
    .slice(0, USERNAME_LENGTH);
}
