/** Types of the parts of @xmpp/component-core 0.13 and @xmpp/xml 0.13 that src/xmpp uses; the packages bring none. */

declare module '@xmpp/xml' {
  import type { EventEmitter } from 'node:events';

  export class Element {
    readonly name: string;
    readonly attrs: Readonly<Record<string, string | undefined>>;
    readonly children: (Element | string)[];
    readonly parent: Element | null;
    constructor(name: string, attrs?: Record<string, string>);
    /** `name` without its prefix, in namespace `xmlns`. */
    is(name: string, xmlns?: string): boolean;
    getName(): string;
    getNS(): string | undefined;
    getChild(name: string, xmlns?: string): Element | undefined;
    getChildren(name: string, xmlns?: string): Element[];
    getChildElements(): Element[];
    /** The text directly in this element. */
    getText(): string;
    toString(): string;
  }

  /** Emits `start` (the root's opening tag), `element` (a child of the root), `end` and `error`; `write` may throw. */
  export class Parser extends EventEmitter {
    readonly root: Element | null;
    write(text: string): void;
  }

  const xml: { readonly Parser: typeof Parser; readonly Element: typeof Element };
  // biome-ignore lint/style/noDefaultExport: it has no other that Node can see.
  export default xml;
}

declare module '@xmpp/component-core' {
  import type { EventEmitter } from 'node:events';
  import type { Socket, TcpSocketConnectOpts } from 'node:net';
  import type { Element, Parser } from '@xmpp/xml';

  interface ComponentEvents {
    open: [header: Element];
    close: [];
    disconnect: [];
    error: [error: Error];
  }

  export class Component extends EventEmitter<ComponentEvents> {
    constructor(options: { readonly domain: string });
    readonly socket: Socket | null;
    readonly parser: Parser | null;
    /** Makes and attaches the socket at once; resolves when it is connected. */
    connect(service: string): Promise<unknown>;
    /** Attaches a parser and writes the stream header; `timeout` 0 is none. */
    open(options: { readonly domain: string; readonly timeout: number }): Promise<Element>;
    isStanza(element: Element): boolean;
    protected socketParameters(service: string): TcpSocketConnectOpts;
    protected _onData(data: string): void;
    protected _onElement(element: Element): void;
    protected _onParserError(error: Error): void;
  }
}
