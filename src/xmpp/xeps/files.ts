/** Files. By number. */

import type { Xep } from './xep.ts';

export const files: readonly Xep[] = [
  {
    number: '0066',
    name: 'Out of Band Data',
    version: '1.5',
    what: 'files as addresses in messages, both ways',
    code: 'src/xmpp/files.ts',
    test: 'test/scenes/files.test.ts',
  },
  {
    number: '0264',
    name: 'Jingle Content Thumbnails',
    version: '0.4.2',
    what: 'small pictures of files of the network',
    code: 'src/xmpp/files.ts',
    test: 'test/scenes/files.test.ts',
  },
  {
    number: '0300',
    name: 'Use of Cryptographic Hash Functions in XMPP',
    version: '1.0.0',
    what: 'SHA-256 of the files that the gateway carries',
    code: 'src/xmpp/files.ts',
    test: 'test/scenes/uploads.test.ts',
  },
  {
    number: '0363',
    name: 'HTTP File Upload',
    version: '1.2.0',
    what: 'files of the network are put on the service of the user’s server, where it grants a slot',
    code: 'src/xmpp/upload.ts',
    test: 'test/scenes/uploads.test.ts',
  },
  {
    number: '0385',
    name: 'Stateless Inline Media Sharing',
    version: '0.2.1',
    what: 'read',
    code: 'src/xmpp/files.ts',
    test: 'test/scenes/files.test.ts',
  },
  {
    number: '0446',
    name: 'File metadata element',
    version: '0.2.0',
    what: 'name, type, size, dimensions, thumbnail, hash',
    code: 'src/xmpp/files.ts',
    test: 'test/scenes/files.test.ts',
  },
  {
    number: '0447',
    name: 'Stateless file sharing',
    version: '0.3.1',
    what: 'files at web addresses, both ways',
    code: 'src/xmpp/files.ts',
    test: 'test/scenes/files.test.ts',
  },
];
