/** What the XMPP servers that the gateway is proved on have in common. */

import type { Child } from './child.ts';

export interface User {
  readonly name: string;
  readonly password: string;
}
export interface ComponentHost {
  readonly host: string;
  readonly secret: string;
}
export interface XmppServerOptions {
  readonly components?: readonly ComponentHost[];
  /** Accounts at `localhost`. */
  readonly users?: readonly User[];
  /** Grants the components what XEP-0356 has: roster, messages, presence, and iq where the server knows it. */
  readonly privileges?: boolean;
  /** Has file upload (XEP-0363) at `upload.localhost`. */
  readonly upload?: boolean;
}

/** A server on loopback with one host, `localhost`, and no way to other servers. */
export interface XmppServer extends Child {
  readonly host: string;
  readonly clientPort: number;
  /** Answers only when started with components. */
  readonly componentPort: number;
  /** Makes an account, at once. */
  addUser(user: User): Promise<void>;
}
