/** The kinds of networks, by the `kind` the configuration gives; a further bridge is one line here. */

import { ircNetwork } from './irc/index.ts';

export const bridges = { irc: ircNetwork } as const;
