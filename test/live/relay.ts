/** A way to a server that the test can cut: what the network between two programs does to them. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

interface Pipe {
  readonly client: Socket;
  readonly server: Socket;
}

export class Relay implements AsyncDisposable {
  readonly #server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  readonly #to: number;
  readonly #pipes = new Set<Pipe>();
  #open = true;

  private constructor(to: number) {
    this.#to = to;
  }

  /** Resolves when it can be used in place of that port. */
  static async to(port: number): Promise<Relay> {
    const relay = new Relay(port);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resets all connections, and lets nobody through until `mend`. */
  cut(): void {
    this.#open = false;
    for (const { client, server } of this.#pipes) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  mend(): void {
    this.#open = true;
  }

  /** Resets all connections for the client alone; the server learns of it by what is given back. */
  strand(): Disposable {
    const stranded = [...this.#pipes];
    for (const { client, server } of stranded) {
      server.unpipe(client);
      server.resume();
      client.unpipe(server);
      client.resetAndDestroy();
    }
    return {
      [Symbol.dispose]: () => {
        for (const { server } of stranded) server.resetAndDestroy();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined);
    if (!this.#open) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.#to, '127.0.0.1');
    server.on('error', () => client.destroy());
    const pipe = { client, server };
    this.#pipes.add(pipe);
    server.on('close', () => this.#pipes.delete(pipe));
    client.pipe(server).pipe(client);
  }
}
