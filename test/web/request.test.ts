/** A request of ours that must not go out. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachOf } from '#src/net/public-address.ts';
import { request } from '#src/web/request.ts';

const body = () => assert.fail('a file was opened that nobody closes');

test('what may not go out, or comes too late, opens no file and is told as a refusal', async () => {
  const put = { method: 'PUT', headers: {}, body } as const;
  const [late, inTime] = [AbortSignal.abort(new DOMException('late', 'TimeoutError')), new AbortController().signal];
  const url = new URL('http://127.0.0.1:1/');
  const inside = { ...put, reach: reachOf([]), signal: inTime };
  await assert.rejects(request(url, inside), { name: 'Refusal', why: 'forbidden' });
  const tooLate = { ...put, reach: reachOf(['127.0.0.1']), signal: late };
  await assert.rejects(request(url, tooLate), { name: 'Refusal', why: 'timeout' });
});
