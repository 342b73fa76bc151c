/** Fetching what a user or a network points at: never from the site's own network, bounded in size and time. */

import { type Media, Refusal } from '#src/network.ts';

/** The bytes at a public address. Throws `Refusal`. */
export async function download(url: string, signal: AbortSignal): Promise<Media> {
  signal.throwIfAborted();
  throw new Refusal('unsupported', `Nothing can be fetched from ${url} yet.`);
}
