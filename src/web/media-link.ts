/** Addresses of stored files: signed, so that none can be guessed, and good for a time that is part of them. */

import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

export interface MediaLinks {
  /** `<id>/<signature>/<expiry>/<name>`; the name is for people and programs, and not part of what is signed. */
  write(id: string, expires: Date, name: string): string;
  /** What a path names; undefined where we have not signed it. */
  read(path: string): { readonly id: string; readonly expires: Date } | undefined;
}

const PATH = /^([\w-]{1,64})\/([\w-]{43})\/([0-9a-z]{1,10})(?:\/[^/]*)?$/;

/** With another key, all links are dead. */
export function mediaLinks(key: KeyObject): MediaLinks {
  const sign = (id: string, expiry: string) => createHmac('sha256', key).update(`${id}/${expiry}`).digest('base64url');
  return {
    write: (id, expires, name) => {
      const expiry = Math.floor(expires.getTime() / 1000).toString(36);
      return `${id}/${sign(id, expiry)}/${expiry}/${encodeURIComponent(name)}`;
    },
    read: (path) => {
      const [, id = '', signature = '', expiry = ''] = PATH.exec(path) ?? [];
      if (id === '' || !timingSafeEqual(Buffer.from(signature), Buffer.from(sign(id, expiry)))) return undefined;
      return { id, expires: new Date(Number.parseInt(expiry, 36) * 1000) };
    },
  };
}
