/** Which programs this machine has, and the skip of a test that needs one it has not. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './folder.ts';

/** The system's own Python: Debian's slixmpp belongs to it, whatever else stands first in PATH. */
export const PYTHON = '/usr/bin/python3';

const { PATH, CI, HOME, XDG_CACHE_HOME } = process.env;
/** Where install.sh unpacks what must not be installed: the servers' own account, `nobody`, can't look into root's. */
const CACHE = root ? '/var/cache/isthmus-test' : `${XDG_CACHE_HOME ?? `${HOME}/.cache`}/isthmus-test`;
/** Prosody 13, beside the system's own. */
export const PROSODY_13 = `${CACHE}/prosody13/usr/bin/prosody`;
/** Later Debians with a Gajim 2 in them. */
export const DEBIAN = { trixie: `${CACHE}/gajim-trixie`, sid: `${CACHE}/gajim-sid` } as const;
/** The folder of PostgreSQL's programs, of the newest one here: Debian keeps them out of PATH. */
export const POSTGRES = globSync('/usr/lib/postgresql/*/bin').toSorted().at(-1);
// Debian keeps servers in folders that are not in an ordinary user's PATH.
const FOLDERS = [...(PATH ?? '').split(':'), '/usr/sbin', '/sbin'];

/** The path of `program`, or undefined. */
export function programPath(program: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, program)).find(executable);
}

/** Whether a package of test/live/install.sh is here. */
export function have(name: string): boolean {
  if (name === 'prosody13') return executable(PROSODY_13);
  // Only root may enter it.
  if (name === 'gajim-trixie' || name === 'gajim-sid') return root && existsSync(`${CACHE}/${name}/usr/bin/gajim`);
  if (name === 'mod_privilege') return existsSync('/usr/lib/prosody/modules/mod_privilege');
  if (name === 'postgresql') return POSTGRES !== undefined && executable(`${POSTGRES}/postgres`);
  if (name === 'ejabberd') return programPath('ejabberdctl') !== undefined;
  if (name !== 'slixmpp') return programPath(name) !== undefined;
  const find = "import importlib.util as i, sys; sys.exit(i.find_spec('slixmpp') is None)";
  return spawnSync(PYTHON, ['-c', find]).status === 0;
}

/** Options for `test()`: skips it by name where a program is absent; throws under CI, where nothing may be skipped. */
export function unlessAbsent(...names: readonly string[]): { skip: string | false } {
  // Every program is started through setpriv, of util-linux.
  const absent = ['setpriv', ...names].filter((name) => !have(name));
  if (absent.length === 0) return { skip: false };
  const why = `${absent.join(', ')} not installed; run test/live/install.sh`;
  if (CI) throw new Error(`Under CI every live test must run: ${why}.`);
  return { skip: why };
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
