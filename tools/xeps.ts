/** Writes docs/xeps.md and isthmus.doap from the table of extensions; run by `npm run generate`. */

import { writeFile } from 'node:fs/promises';
import { doap, xepPage } from '#src/xmpp/xep-table.ts';
import { XEPS } from '#src/xmpp/xeps.ts';

await writeFile(new URL('../docs/xeps.md', import.meta.url), xepPage(XEPS));
await writeFile(new URL('../isthmus.doap', import.meta.url), doap(XEPS));
