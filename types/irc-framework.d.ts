/** Types of the parts of irc-framework 4.14 that the IRC bridge uses; the package brings none. */

declare module 'irc-framework' {
  import type { EventEmitter } from 'node:events';

  /** Emits `open`, `line` (one line of text) and `close` (an error, or false). */
  export interface Transport extends EventEmitter {
    connect(): void;
    writeLine(line: string, written?: () => void): void;
    close(force?: boolean): void;
    disposeSocket(): void;
    setEncoding(encoding: string): boolean;
  }

  export interface ClientOptions {
    nick: string;
    username: string;
    gecos: string;
    /** Sent as PASS. */
    password?: string;
    /** For SASL PLAIN; without an account in it there is none. */
    account: { account?: string; password?: string };
    auto_reconnect: boolean;
    enable_chghost?: boolean;
    /** Seconds. */
    ping_interval: number;
    ping_timeout: number;
  }

  export class Client<T extends Transport> {
    /** `transport` is there from `connect` on. */
    readonly connection: { readonly connected: boolean; readonly transport: T };
    readonly network: {
      /** Tokens of ISUPPORT, some of them taken apart. */
      readonly options: Readonly<Record<string, unknown>>;
      readonly cap: { isEnabled(name: string): boolean };
    };
    /** The transport is made with these options whole; `wire` is its own. */
    connect<Wire>(options: ClientOptions & { transport: new (options: { wire: Wire }) => T; wire: Wire }): void;
    on(event: 'socket connected' | 'ping timeout', listener: () => void): void;
    on(event: 'socket close', listener: (error: Error | false) => void): void;
  }
}
