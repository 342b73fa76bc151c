/** Stanzas as plain trees, read by a parser that has nothing in common with the gateway's, and whether one matches. */

import { SaxesParser } from 'saxes';

export interface Tree {
  readonly name: string;
  readonly ns: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Tree[];
  text: string;
}

/** Parses one element of a component's stream; throws unless it is well-formed. */
export function parseTree(xml: string): Tree {
  const parser = new SaxesParser({ xmlns: true });
  const root: Tree = { name: '', ns: '', attributes: {}, children: [], text: '' };
  const open = [root];
  parser.on('error', (error) => {
    throw new Error(`${error.message} in ${xml}`);
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    const values = Object.values(attributes).filter(({ name }) => name !== 'xmlns');
    const tree: Tree = {
      name: local,
      ns: uri,
      attributes: Object.fromEntries(values.map(({ name, value }) => [name, value])),
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(tree);
    open.push(tree);
  });
  parser.on('text', (text) => {
    const tree = open.at(-1);
    if (tree) tree.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(`<stream xmlns='jabber:component:accept'>${xml}</stream>`).close();
  const [element, ...more] = root.children[0]?.children ?? [];
  if (!element || more.length > 0) throw new Error(`Not one element: ${xml}`);
  return element;
}

/** Whether `tree` has all that `wanted` has; what `wanted` doesn't name may be there as well. `*` stands for anything. */
export function matches(tree: Tree, wanted: Tree): boolean {
  return (
    tree.name === wanted.name &&
    tree.ns === wanted.ns &&
    Object.entries(wanted.attributes).every(([name, value]) =>
      value === '*' ? name in tree.attributes : tree.attributes[name] === value,
    ) &&
    (wanted.text.trim() === '' || wanted.text === tree.text) &&
    wanted.children.every((child) => tree.children.some((candidate) => matches(candidate, child)))
  );
}
