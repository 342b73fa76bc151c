/** The kinds of IRC servers, what each can do, and how it is started. */

import { ERGO, type Ergo, startErgo } from './ergo.ts';
import { type Inspircd, startInspircd } from './inspircd.ts';
import { unlessAbsent } from './installed.ts';
import { type Ngircd, startNgircd } from './ngircd.ts';

export type IrcServerKind = 'inspircd' | 'ngircd' | 'ergo';
export type IrcServer = Inspircd | Ngircd | Ergo;

/** Those that a test can be run against: Ergo only where ISTHMUS_ERGO names one. */
export const IRC_SERVERS: readonly IrcServerKind[] = ERGO ? ['inspircd', 'ngircd', 'ergo'] : ['inspircd', 'ngircd'];

const IRCV3 = words(`account-notify account-tag away-notify batch cap-notify chghost echo-message extended-join
  extended-monitor invite-notify labeled-response message-tags multi-prefix server-time setname userhost-in-names
  BOT MONITOR STATUSMSG WHOX`);
/** The IRCv3 capabilities and words of ISUPPORT (005) that make a difference to a gateway, of each when started here. */
export const IRC_FEATURES: Readonly<Record<IrcServerKind, ReadonlySet<string>>> = {
  // Its SASL comes with services: startInspircdWithAtheme.
  inspircd: new Set(IRCV3),
  ngircd: new Set(words('multi-prefix EXCEPTS INVEX')),
  ergo: new Set([
    ...IRCV3,
    ...words(`draft/account-registration draft/channel-rename draft/chathistory draft/event-playback
      draft/message-redaction draft/metadata-2 draft/multiline draft/pre-away draft/read-marker draft/relaymsg
      no-implicit-names sasl standard-replies CHATHISTORY EXCEPTS INVEX UTF8ONLY`),
  ]),
};

export interface IrcServerOptions {
  /** What clients must give as PASS. */
  readonly password?: string;
  readonly tls?: boolean;
}

export function startIrcServer(kind: IrcServerKind, options: IrcServerOptions = {}): Promise<IrcServer> {
  switch (kind) {
    case 'inspircd':
      return startInspircd(options);
    case 'ngircd':
      return startNgircd(options);
    case 'ergo':
      // It speaks TLS whatever is asked.
      return startErgo(options);
  }
}

/** Options for `test()`: skips it where a server is absent. */
export function unlessIrcServerAbsent(...kinds: readonly IrcServerKind[]): { skip: string | false } {
  // A kind of IRC_SERVERS is there; Ergo is not installed but named.
  return unlessAbsent(...kinds.filter((kind) => kind !== 'ergo'), 'openssl');
}

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
