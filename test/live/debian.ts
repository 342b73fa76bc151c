/** Programs of a later Debian than this machine's, run in a folder that install.sh has filled with that Debian. */

import { tmpdir } from 'node:os';
import { NOBODY } from './folder.ts';

/** In a mount namespace of its own, so that nothing stays mounted, however it ends. */
const ENTER = `set -e
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
mkdir -p "$1$2"
mount --bind "$2" "$1$2"
root=$1; shift 2
exec chroot "$root" "$@"`;

/**
 * The command to run `command` there, as nobody: chroot(1) needs root, and gives it up. What it shares with this
 * machine is the network, /dev and the temporary folder, where the test's own folders and the screen's socket are.
 */
export function inDebian(folder: string, command: readonly string[]): readonly [string, ...string[]] {
  const namespace = ['unshare', '--mount', '--propagation=private', '--'] as const;
  const ids = ['setpriv', '--pdeathsig=KILL', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];
  return [...namespace, 'sh', '-c', ENTER, 'sh', folder, tmpdir(), ...ids, ...command];
}
