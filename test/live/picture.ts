/** Pictures that every program can read. */

import { crc32, deflateSync } from 'node:zlib';
import type { Media } from '#src/network.ts';

type Colour = readonly [red: number, green: number, blue: number];

/** A square of one colour, as the file of a network, which can be fetched again and again: PNG, 8 bits a channel. */
export function square(side: number, colour: Colour): Media & { readonly size: number } {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2], 8);
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(side * 3, Buffer.of(...colour))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const end = chunk('IEND', Buffer.alloc(0));
  const png = Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), end]);
  const bytes = {
    async *[Symbol.asyncIterator]() {
      yield png;
    },
  };
  return { type: 'image/png', size: png.length, bytes };
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
