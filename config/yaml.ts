/** Reading the YAML of the configuration: its plain data, and the line each key stands on. */

import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { Problem } from './error.ts';
import type { Path } from './reference.ts';

/** YAML as plain data; `data` is undefined when there are problems. */
export interface Source {
  readonly problems: readonly Problem[];
  readonly data: unknown;
  /** Line of the key at `path`, or of what is nearest to it. */
  line(path: Path): number;
}

/** What follows a first syntax error is mostly its echo. */
const SYNTAX_PROBLEMS = 5;

/** The parser's own sentences quote the file, and with it a secret; these do not. */
const ADVICE: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_ALIAS: 'a value that begins with * or & has to be in quotes',
  BAD_DQ_ESCAPE: 'a backslash in "double quotes" begins an escape; use \'single quotes\'',
  BAD_INDENT: 'the indentation is wrong, or a bracket is not closed',
  BAD_SCALAR_START: 'a value that begins with @, ` or % has to be in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " on a line; put the value in quotes, or check the indentation',
  DUPLICATE_KEY: 'this key is there twice',
  MISSING_CHAR: 'a quote, a bracket, a colon or a space is missing',
  MULTILINE_IMPLICIT_KEY: 'a key without a colon, or wrong indentation',
  MULTIPLE_DOCS: 'a second document begins here; the file may hold one',
  NON_STRING_KEY: 'a key has to be plain text',
  RESOURCE_EXHAUSTION: 'it is nested too deeply',
  TAB_AS_INDENT: 'indent by spaces, not by tabs',
  TAG_RESOLVE_FAILED: 'a value that begins with ! has to be in quotes',
};

/** Reads YAML 1.2 without anchors and aliases; a problem says line and column of what is not that. */
export function readYaml(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const mistakes = [...document.errors, ...document.warnings].map(({ code, pos }) => ({ code, at: pos[0] }));
  const found = mistakes.length > 0 ? mistakes : aliases(document);
  return {
    problems: found.slice(0, SYNTAX_PROBLEMS).map((each) => syntax(each, lines)),
    data: found.length > 0 ? undefined : document.toJS(),
    line: (path) => lines.linePos(offset(document.contents, path)).line,
  };
}

interface Mistake {
  readonly code: ErrorCode;
  readonly at: number;
}

function syntax({ code, at }: Mistake, lines: LineCounter): Problem {
  const { line, col } = lines.linePos(at);
  return { where: `line ${line}, column ${col}`, text: ADVICE[code] ?? `this is not YAML (${code})` };
}

/** An alias is more often a password that begins with * than meant, and a few can stand for gigabytes. */
function aliases(document: Document.Parsed): Mistake[] {
  const found: Mistake[] = [];
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node) || node.anchor !== undefined) found.push({ code: 'BAD_ALIAS', at: node.range?.[0] ?? 0 });
    },
  });
  return found;
}

function offset(root: Node | null, path: Path): number {
  let node: unknown = root;
  let at = root?.range?.[0] ?? 0;
  for (const name of path) {
    const next = step(node, name);
    if (!next) break;
    ({ at = at, node } = next);
  }
  return at;
}

function step(node: unknown, name: string | number): { at: number | undefined; node: unknown } | undefined {
  if (isSeq<Node>(node)) {
    const item = node.items[Number(name)];
    return item && { at: item.range?.[0], node: item };
  }
  const pair = isMap<Node, Node>(node) ? node.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
  return pair && { at: pair.key.range?.[0], node: pair.value };
}
