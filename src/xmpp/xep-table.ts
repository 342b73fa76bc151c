/** The table of extensions as documents: docs/xeps.md for people, isthmus.doap (XEP-0453) for lists of software. */

import type { Xep } from './xeps/xep.ts';
import { escapeXml } from './xml.ts';

const INTRODUCTION = `# XMPP extensions

What Isthmus speaks, with the version it was built from, the file to read first and the test that shows it. Made from
\`src/xmpp/xeps.ts\`, which service discovery answers from too, by \`npm run generate\`.

`;

/** The Markdown page, in columns as the formatter has it. */
export function xepPage(xeps: readonly Xep[]): string {
  const rows = xeps.map(({ number, name, version, what, code, test }) => [
    `[${number}](https://xmpp.org/extensions/xep-${number}.html) ${name}`,
    version,
    what,
    `\`${code}\``,
    `\`${test}\``,
  ]);
  const titles = ['XEP', 'version', 'what', 'code', 'test'];
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return INTRODUCTION + line(titles) + rule + rows.map(line).join('');
}

const DOAP_HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns="http://usefulinc.com/ns/doap#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:xmpp="https://linkmauve.fr/ns/xmpp-doap#">
  <Project xml:lang="en">
    <name>Isthmus</name>
    <shortdesc>One XMPP gateway for IRC, Matrix and e-mail</shortdesc>
    <programming-language>TypeScript</programming-language>
    <os>Linux</os>
    <category rdf:resource="https://linkmauve.fr/ns/xmpp-doap#category-component"/>
    <implements rdf:resource="https://xmpp.org/rfcs/rfc6120.html"/>
    <implements rdf:resource="https://xmpp.org/rfcs/rfc6121.html"/>
    <implements rdf:resource="https://xmpp.org/rfcs/rfc7622.html"/>
`;

/** The description of the project in RDF/XML. */
export function doap(xeps: readonly Xep[]): string {
  const supported = xeps.map(
    ({ number, version, what }) => `    <implements>
      <xmpp:SupportedXep>
        <xmpp:xep rdf:resource="https://xmpp.org/extensions/xep-${number}.html"/>
        <xmpp:version>${version}</xmpp:version>
        <xmpp:note>${escapeXml(what)}</xmpp:note>
      </xmpp:SupportedXep>
    </implements>
`,
  );
  return `${DOAP_HEAD}${supported.join('')}  </Project>\n</rdf:RDF>\n`;
}
