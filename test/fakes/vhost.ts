/** A virtual host that grants a component privileges (XEP-0356), in the dialects that real servers were seen to speak. */

import { parseTree, type Tree } from '#test/xml-tree.ts';

export interface Dialect {
  /** What it says at the component's attachment. */
  readonly perms: string;
  readonly namespace: string;
  /** Whether it heeds the subscription of an item that is set. */
  readonly heeds: boolean;
  /** Whether it wraps the error of a privileged request in an error, not in a result. */
  readonly wrapsInError?: boolean;
  /** Whether setting an item fails. */
  readonly setFails?: boolean;
}

const PUBSUB = 'http://jabber.org/protocol/pubsub';
const COMMON = `<perm access='roster' type='both'/><perm access='message' type='outgoing'/>`;
const IQ = `<perm access='iq'><namespace ns='${PUBSUB}' type='both'/></perm>`;

export const DIALECTS = {
  'Prosody 0.12': {
    // The namespaces are nested in each other.
    perms: `${COMMON}<perm access='iq'><namespace ns='urn:x:other' type='get'><namespace ns='${PUBSUB}' type='both'/></namespace></perm>`,
    namespace: 'urn:xmpp:privilege:2',
    heeds: true,
  },
  'Prosody 13': { perms: COMMON + IQ, namespace: 'urn:xmpp:privilege:2', heeds: true },
  'ejabberd 23.01': { perms: COMMON, namespace: 'urn:xmpp:privilege:1', heeds: false, setFails: true },
  'ejabberd 26.07': { perms: COMMON + IQ, namespace: 'urn:xmpp:privilege:2', heeds: false, wrapsInError: true },
} as const satisfies Readonly<Record<string, Dialect>>;

interface Item {
  readonly name: string | undefined;
  readonly group: string | undefined;
  readonly subscription: string;
}

export class FakeVhost {
  readonly domain = 'example.net';
  readonly dialect: Dialect;
  /** By user and the contact's JID. */
  readonly rosters = new Map<string, Map<string, Item>>();
  /** What users have in their accounts: by user, node and item, as XML. */
  readonly published = new Map<string, string>();
  /** Roster requests, as `get romeo@…` and `set romeo@… ann@…`. */
  readonly asked: string[] = [];
  /** Whose items were set, and removed. */
  readonly set: string[] = [];
  readonly removed: string[] = [];
  readonly #host: string;

  constructor(host: string, dialect: Dialect) {
    this.#host = host;
    this.dialect = dialect;
  }

  /** The advert of what is granted. */
  get advert(): string {
    const { namespace, perms } = this.dialect;
    return `<message from='${this.domain}' to='${this.#host}' id='advert'><privilege xmlns='${namespace}'>${perms}</privilege></message>`;
  }

  roster(user: string): Map<string, Item> {
    const known = this.rosters.get(user) ?? new Map<string, Item>();
    this.rosters.set(user, known);
    return known;
  }

  /** For FakeXmppServer's `answer`. */
  readonly answer = (stanza: string): string | undefined => {
    const iq = parseTree(stanza);
    const { type = '', to = '' } = iq.attributes;
    const [payload] = iq.children;
    if (iq.name !== 'iq' || !to.endsWith(`@${this.domain}`) || !payload || (type !== 'get' && type !== 'set'))
      return undefined;
    if (payload.ns === 'jabber:iq:roster') return this.#rosterAnswer(iq, type, to, payload);
    if (payload.name === 'privileged_iq') return this.#privileged(iq, type, to, stanza, payload);
    return undefined;
  };

  #rosterAnswer(iq: Tree, type: string, user: string, query: Tree): string {
    const items = this.roster(user);
    const [item] = query.children;
    const jid = item?.attributes['jid'] ?? '';
    this.asked.push(type === 'get' ? `get ${user}` : `set ${user} ${jid}`);
    if (type === 'get') {
      const all = [...items].map(([key, { subscription }]) => `<item jid='${key}' subscription='${subscription}'/>`);
      return this.#result(iq, `<query xmlns='jabber:iq:roster'>${all.join('')}</query>`);
    }
    if (this.dialect.setFails) return this.#error(iq, 'internal-server-error');
    const { subscription = 'none', name } = item?.attributes ?? {};
    (subscription === 'remove' ? this.removed : this.set).push(jid);
    if (subscription === 'remove') items.delete(jid);
    else {
      const group = item?.children.find((child) => child.name === 'group')?.text;
      items.set(jid, { name, group, subscription: this.dialect.heeds ? subscription : 'none' });
    }
    return this.#result(iq, '');
  }

  #privileged(iq: Tree, type: string, user: string, stanza: string, wrapper: Tree): string {
    const [inner] = wrapper.children;
    const [publishOrItems] = inner?.children[0]?.children ?? [];
    const node = publishOrItems?.attributes['node'] ?? '';
    const id = publishOrItems?.children[0]?.attributes['id'] ?? '';
    const key = `${user} ${node} ${id}`;
    if (type === 'set') {
      this.published.set(key, /<item [^>]*>(.*)<\/item>/s.exec(stanza)?.[1] ?? '');
      return this.#forward(iq, `<iq xmlns='jabber:client' type='result' from='${user}' to='${user}' id='i'/>`);
    }
    const found = this.published.get(key);
    const answer =
      found === undefined
        ? `<iq xmlns='jabber:client' type='error' from='${user}' to='${user}' id='i'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`
        : `<iq xmlns='jabber:client' type='result' from='${user}' to='${user}' id='i'><pubsub xmlns='${PUBSUB}'><items node='${node}'><item id='${id}'>${found}</item></items></pubsub></iq>`;
    return this.#forward(iq, answer);
  }

  #forward(iq: Tree, answer: string): string {
    const { namespace, wrapsInError = false } = this.dialect;
    const wrapped = `<privilege xmlns='${namespace}'><forwarded xmlns='urn:xmpp:forward:0'>${answer}</forwarded></privilege>`;
    const result = this.#result(iq, wrapped);
    return wrapsInError && answer.includes("type='error'") ? result.replace("type='result'", "type='error'") : result;
  }

  #result({ attributes }: Tree, payload: string): string {
    const { to, from, id } = attributes;
    return `<iq type='result' from='${to}' to='${from}' id='${id}'>${payload}</iq>`;
  }

  #error({ attributes }: Tree, condition: string): string {
    const { to, from, id } = attributes;
    return `<iq type='error' from='${to}' to='${from}' id='${id}'><error type='wait'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`;
  }
}
