/** Files of the network, made fetchable for XMPP clients: on the user's own server, else in the gateway's own store. */

import type { LiveAccount } from '#src/account.ts';
import { domainOf } from '#src/address.ts';
import { Lanes } from '#src/lanes.ts';
import type { Log } from '#src/log.ts';
import type { Reach } from '#src/net/public-address.ts';
import { type File, type MediaId, Refusal } from '#src/network.ts';
import { recent } from '#src/recent.ts';
import { Uploads } from '#src/uploads.ts';
import type { MediaStore } from '#src/web/media.ts';
import { fileName, type Spool, type Spooled } from '#src/web/spool.ts';
import { untilAborted } from '#src/within.ts';
import type { SharedFile } from '#src/xmpp/files.ts';
import type { Link } from '#src/xmpp/link.ts';

/** Where files go on their way, as the configuration has it. */
export interface FilePlaces {
  readonly spool: Spool;
  /** Absent where the gateway has no HTTP listener. */
  readonly store?: MediaStore | undefined;
  /** The addresses that any server may send us to. */
  readonly reach: Reach;
  /** Domains of the site's own servers, whose upload service may be anywhere. */
  readonly trusted: readonly string[];
}
export interface FilesOptions {
  /** Component host. */
  readonly host: string;
  /** Absent where nothing can be stored, so that only what is public already is shown. */
  readonly places?: FilePlaces | undefined;
  readonly request: Link['request'];
  readonly log: Log;
  /** For fetching and putting one file, in ms. */
  readonly within?: number;
}
type Bytes = Pick<SharedFile, 'url'> & Required<Pick<SharedFile, 'name' | 'type' | 'size' | 'sha256'>>;

/** A file that many in a room are shown is uploaded once; its address is known for so many ms. */
const SHARED = 2_000;
const KNOWN_FOR = 3_600_000;
const WITHIN = 120_000;
/** Files of one user that may wait for each other. */
const WAITING = 100;
const THUMBNAIL_BYTES = 256 * 1024;

export class Files {
  readonly #options: FilesOptions;
  readonly #log: Log;
  readonly #uploads: Uploads | undefined;
  readonly #lanes = new Lanes(WAITING);
  /** By the domain whose users are shown it, and what it is. */
  readonly #shared = recent<string, Promise<Bytes>>(SHARED, KNOWN_FOR);

  constructor(options: FilesOptions) {
    this.#options = options;
    const { places, request, log } = options;
    this.#log = log.child({ part: 'files' });
    this.#uploads = places && new Uploads({ ...places, request, log });
  }

  /**
   * Puts a file where every client of the account's user can fetch it. Resolves within some minutes; rejects with a
   * `Refusal` whose sentence tells of the file, fit to be shown in its place.
   */
  async share(account: LiveAccount, file: File): Promise<SharedFile> {
    try {
      const [shared, thumbnail] = await Promise.all([this.#place(account, file), this.#thumbnail(account, file)]);
      const { name, type, size, width, height } = file;
      return {
        ...shared,
        ...(name !== undefined && { name: fileName(name) }),
        ...(type !== undefined && { type }),
        ...(size !== undefined && shared.size === undefined && { size }),
        ...(width !== undefined && { width }),
        ...(height !== undefined && { height }),
        ...(thumbnail && { thumbnail }),
      };
    } catch (error) {
      const { why, message } = this.#plain(error);
      throw new Refusal(why, `${describe(file)} can't be shown here. ${message}`, { cause: error });
    }
  }

  #place(account: LiveAccount, { at, name }: File): Promise<SharedFile> {
    return 'url' in at ? Promise.resolve({ url: at.url }) : this.#once(account, at.media, name);
  }

  /** A picture without its small picture is still a picture. */
  async #thumbnail(account: LiveAccount, { thumbnail }: File): Promise<SharedFile['thumbnail']> {
    if (thumbnail === undefined) return undefined;
    try {
      return await this.#once(account, thumbnail, undefined, THUMBNAIL_BYTES);
    } catch (error) {
      this.#plain(error);
      return undefined;
    }
  }

  /** A disk that is full, or a network that breaks off, must not cost the text that came with the file. */
  #plain(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    this.#log.error({ err: error }, 'A file could not be carried');
    return new Refusal('network', 'Something went wrong on the way. Ask for it to be sent again.', { cause: error });
  }

  #once(account: LiveAccount, id: MediaId, name?: string, most?: number): Promise<Bytes> {
    const domain = domainOf(account.user);
    const key = `${domain}\n${id}`;
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const shared = this.#lanes.run(account.user, () => this.#carry(account, domain, id, name, most));
    this.#shared.set(key, shared);
    shared.catch(() => this.#shared.delete(key));
    return shared;
  }

  /** From the network to where it is fetched, by way of the disk: what one place does not take the other can. */
  async #carry(account: LiveAccount, domain: string, id: MediaId, name?: string, most?: number): Promise<Bytes> {
    const { places, host } = this.#options;
    if (!places) throw noPlace(domain);
    const signal = AbortSignal.timeout(this.#options.within ?? WITHIN);
    const asked = account.lookUps.media?.(id);
    // A network that never answers must not hold up the files that wait behind.
    const media =
      asked && (await untilAborted(asked, signal, () => new Refusal('timeout', 'It did not come in time.')));
    if (!media) throw new Refusal('unsupported', `${account.label} gives no files.`);
    await using file: Spooled = await places.spool.take(media, name, signal, most);
    const uploaded = await this.#uploads?.upload(domain, file, signal);
    const url = uploaded ?? (await places.store?.keep(account.user, host, file));
    if (url === undefined) throw noPlace(domain);
    return { url, name: file.name, type: file.type, size: file.size, sha256: file.sha256 };
  }
}

function noPlace(domain: string): Refusal {
  return new Refusal('unsupported', `Ask the gateway's administrator to set up file upload for ${domain}.`);
}

/** `The file cat.jpg (1.2 MB)`. */
function describe({ name, size }: File): string {
  const named = name === undefined ? 'A file' : `The file ${fileName(name)}`;
  return size === undefined ? named : `${named} (${readable(size)})`;
}

function readable(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
