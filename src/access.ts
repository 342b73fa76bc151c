/** Who may use a network: those the administrator allows, by JID or domain, and those who were invited. */

import type { Jid } from '#src/address.ts';
import type { Invites } from '#src/invites.ts';
import { Refusal } from '#src/network.ts';

export interface AccessOptions {
  /** Bare JIDs, domains, or `*`. */
  readonly allow: readonly string[];
  /** Absent where nobody is invited. */
  readonly invites: Invites | undefined;
}

export class Access {
  #everyone = false;
  #allow: ReadonlySet<string> = new Set();
  readonly #invites: Invites | undefined;

  constructor({ allow, invites }: AccessOptions) {
    this.#invites = invites;
    this.allow(allow);
  }

  /** Bare JIDs, domains, or `*`: who may come from here on. */
  allow(list: readonly string[]): void {
    this.#everyone = list.includes('*');
    this.#allow = new Set(list);
  }

  allows({ bare, domain }: Jid): boolean {
    return this.#everyone || this.#allow.has(domain) || this.#allow.has(bare) || this.#invites?.has(bare) === true;
  }

  /** Refuses who may not use this network. */
  check(jid: Jid): void {
    if (this.allows(jid)) return;
    throw new Refusal(
      'forbidden',
      this.#invites
        ? `${jid.bare} needs an invitation to use this gateway. Ask its administrator for one, then register with it.`
        : `${jid.bare} may not use this gateway. Ask its administrator.`,
    );
  }

  /** Whether an invitation would help: the registration form then asks for its token. */
  needsToken(jid: Jid): boolean {
    return this.#invites !== undefined && !this.allows(jid);
  }

  /** Lets a user in who brings an invitation; refuses where it is not good. One who may come needs none. */
  async redeem(jid: Jid, token: string): Promise<void> {
    if (this.allows(jid)) return;
    if (!this.#invites) return this.check(jid);
    await this.#invites.redeem(jid.bare, token.trim());
  }
}
