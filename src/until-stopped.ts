/** Waiting that ends when the gateway stops. */

import { Refusal } from '#src/network.ts';

/** `promise`, or a refusal as soon as `signal` aborts. */
export function untilStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Refusal('offline', 'The gateway is stopping. Try again in a minute.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
