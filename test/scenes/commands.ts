/** What the scenes of ad-hoc commands share: giving one, and the answers there are. */

import { HOST, ROMEO, Stage } from '#test/stage.ts';
import type { Tree } from '#test/xml-tree.ts';

export const BARE = 'romeo@example.net';
export const NS = 'http://jabber.org/protocol/commands';
const STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas';

let counter = 0;

export function submit(values: Readonly<Record<string, string>>): string {
  const fields = Object.entries(values).map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`);
  return `<x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x>`;
}

interface Given {
  readonly from?: string;
  readonly to?: string;
  readonly lang?: string;
  readonly action?: string;
  readonly session?: string;
  readonly form?: Readonly<Record<string, string>>;
}

/** Gives a command, or goes on with it, and receives what is described. */
export async function give(
  stage: Stage,
  node: string,
  given: Given,
  wanted: string,
): Promise<{ tree: Tree; session: string }> {
  counter += 1;
  const { from = ROMEO, to = HOST, lang, action, session, form } = given;
  const marks = [
    action === undefined ? '' : ` action='${action}'`,
    session === undefined ? '' : ` sessionid='${session}'`,
  ];
  stage.sends(
    from,
    `<iq type='set' to='${to}' id='c${counter}'${lang === undefined ? '' : ` xml:lang='${lang}'`}><command xmlns='${NS}' node='${node}'${marks.join('')}>${form ? submit(form) : ''}</command></iq>`,
  );
  const tree = await stage.receives(from, wanted);
  return { tree, session: tree.children[0]?.attributes['sessionid'] ?? '' };
}

export const executing = (inner = '') =>
  `<iq type='result'><command xmlns='${NS}' sessionid='*' status='executing'>${inner}</command></iq>`;
export const completed = (inner = '') =>
  `<iq type='result'><command xmlns='${NS}' status='completed'>${inner}</command></iq>`;
export const error = (type: string, condition: string, detail = '') =>
  `<iq type='error'><error type='${type}'><${condition} xmlns='${STANZAS}'/>${detail && `<${detail} xmlns='${NS}'/>`}</error></iq>`;

export async function signedIn(options: Parameters<typeof Stage.open>[0] = {}): Promise<Stage> {
  const stage = await Stage.open(options);
  const { session } = await give(stage, 'jabber:iq:register', {}, executing());
  const form = { nick: 'romeo', password: 'swordfish' };
  await give(stage, 'jabber:iq:register', { session, action: 'complete', form }, completed());
  await stage.skips(BARE);
  return stage;
}

export function nodes(tree: Tree): (string | undefined)[] {
  return tree.children[0]?.children.map(({ attributes }) => attributes['node']) ?? [];
}

export async function list(stage: Stage, from = ROMEO, to = HOST, lang = 'en'): Promise<Tree> {
  const query = `<query xmlns='http://jabber.org/protocol/disco#items' node='${NS}'/>`;
  stage.sends(from, `<iq type='get' to='${to}' id='l' xml:lang='${lang}'>${query}</iq>`);
  return stage.receives(from, "<iq type='result' id='l'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
}
