/** Putting files on the upload services of the users' own servers (XEP-0363), where those let the gateway. */

import { createReadStream } from 'node:fs';
import type { Log } from '#src/log.ts';
import { ANYWHERE, type Reach } from '#src/net/public-address.ts';
import { Refusal, type Why } from '#src/network.ts';
import { recent } from '#src/recent.ts';
import { request as http, webAddress } from '#src/web/request.ts';
import type { Spooled } from '#src/web/spool.ts';
import type { Link } from '#src/xmpp/link.ts';
import { findUploadService, requestSlot, type Slot, type UploadService } from '#src/xmpp/upload.ts';

export interface UploadsOptions {
  readonly request: Link['request'];
  /** The addresses that any server may send us to. */
  readonly reach: Reach;
  /** Domains of the site's own servers, which may send us to addresses inside and to plain http. */
  readonly trusted: readonly string[];
  readonly log: Log;
}

const DOMAINS = 1_000;
/** What a domain has is looked for again after so many ms, also where it has nothing or nothing for us. */
const KNOWN_FOR = 3_600_000;
/** What may only be away for now is tried again after so many. */
const TROUBLED_FOR = 300_000;
const AWAY: ReadonlySet<Why> = new Set(['timeout', 'network']);
const NONE: Promise<undefined> = Promise.resolve(undefined);
/** Why one file was refused, which says nothing of the next. */
const PASSING: ReadonlySet<Why> = new Set(['too-long', 'too-fast', 'full', 'invalid', 'offline']);

export class Uploads {
  readonly #options: UploadsOptions;
  readonly #log: Log;
  readonly #services = recent<string, Promise<UploadService | undefined>>(DOMAINS, KNOWN_FOR);
  /** Domains whose server was named in the log, since it passes nothing on. */
  readonly #named = recent<string, true>(DOMAINS);

  constructor(options: UploadsOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'uploads' });
  }

  /** The address of the file on that domain's service; undefined where it has none, or none for us. */
  async upload(domain: string, file: Spooled, signal: AbortSignal): Promise<string | undefined> {
    const service = await this.#service(domain);
    if (!service || file.size > (service.most ?? file.size)) return undefined;
    try {
      const slot = await requestSlot(service, file, this.#options.request);
      return await this.#put(domain, slot, file, signal);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#log.info({ domain, service: service.jid, reason: error.message }, 'A file was not taken for upload');
      if (!PASSING.has(error.why)) await this.#doubt(domain, error.why);
      return undefined;
    }
  }

  /** Leaves a service that did not work alone for a while; where it was silent, it is looked for anew. */
  async #doubt(domain: string, why: Why): Promise<void> {
    this.#services.delete(domain);
    const found = why === 'timeout' ? await this.#service(domain) : undefined;
    this.#services.set(domain, NONE, { ttl: found || why === 'network' ? TROUBLED_FOR : KNOWN_FOR });
  }

  #service(domain: string): Promise<UploadService | undefined> {
    const known = this.#services.get(domain);
    if (known !== undefined) return known;
    const found = this.#find(domain);
    this.#services.set(domain, found);
    return found;
  }

  async #find(domain: string): Promise<UploadService | undefined> {
    try {
      const { service, deaf } = await findUploadService(domain, this.#options.request);
      if (deaf.length > 0) this.#nameDeaf(domain, deaf, service !== undefined);
      return service;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#log.info({ domain, reason: error.message }, 'No upload service was found');
      // Our own link may be away, which says nothing of the domain.
      if (error.why === 'offline') this.#services.delete(domain);
      else if (AWAY.has(error.why)) this.#services.set(domain, NONE, { ttl: TROUBLED_FOR });
      return undefined;
    }
  }

  /** Seen on ejabberd 26.07: the domain itself answers at once, all else is dropped; 24.12 drops that as well. */
  #nameDeaf(domain: string, deaf: readonly string[], reached: boolean): void {
    if (this.#named.has(domain)) return;
    this.#named.set(domain, true);
    const cause = 'ejabberd since 24.10 does this to components while mod_privilege is loaded. ';
    const outcome = reached
      ? 'Files are uploaded by way of a resource of the service, which works'
      : 'Switch mod_privilege off or update ejabberd. Until then files are kept in the media store of the gateway ' +
        '(http in isthmus.yaml)';
    this.#log.warn(
      { domain, deaf },
      `The XMPP server answers, but passes nothing on to its services as it should. ${cause}${outcome}`,
    );
  }

  /** XEP-0363 §7. Whom the site does not trust can send us only to the Internet, and only over TLS. */
  async #put(domain: string, slot: Slot, file: Spooled, signal: AbortSignal): Promise<string> {
    const trusted = this.#options.trusted.includes(domain);
    const [to, at] = [webAddress(slot.put), webAddress(slot.get)];
    if (!trusted && [to, at].some(({ protocol }) => protocol !== 'https:')) {
      throw new Refusal('forbidden', `${to.host} takes files without TLS; the domain is not in media.trusted_domains.`);
    }
    const answer = await http(to, {
      method: 'PUT',
      headers: { ...slot.headers, 'content-type': file.type, 'content-length': String(file.size) },
      body: () => createReadStream(file.path),
      reach: trusted ? ANYWHERE : this.#options.reach,
      signal,
    });
    answer.destroy();
    const { statusCode = 0 } = answer;
    if (statusCode < 200 || statusCode > 299)
      throw new Refusal('network', `${to.host} did not take it (${statusCode}).`);
    return at.href;
  }
}
