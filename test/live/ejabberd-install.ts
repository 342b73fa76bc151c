/**
 * Which ejabberd the tests run: this machine's own, or that of a later Debian in the folder that ISTHMUS_EJABBERD names
 * (by root only, for it takes chroot(1)):
 *
 *     debootstrap --variant=minbase trixie $ISTHMUS_EJABBERD
 *     printf '#!/bin/sh\nexit 101\n' | install -m 755 /dev/stdin $ISTHMUS_EJABBERD/usr/sbin/policy-rc.d
 *     echo 'deb http://deb.debian.org/debian trixie-backports main' >$ISTHMUS_EJABBERD/etc/apt/sources.list.d/backports.list
 *     chroot $ISTHMUS_EJABBERD apt-get update
 *     chroot $ISTHMUS_EJABBERD apt-get install -y --no-install-recommends -t trixie-backports ejabberd
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';

interface EjabberdInstall {
  /** Debian's folder of Erlang libraries, which is named after the machine's architecture. */
  readonly libraries: string;
  /** As a number, 24.1 for 24.10: they are made of the year and the month. */
  readonly version: number;
}

/** Where it is looked for; empty where that is the machine itself. */
export const { ISTHMUS_EJABBERD: EJABBERD_FOLDER = '' } = process.env;
const CTL = `${EJABBERD_FOLDER}/usr/sbin/ejabberdctl`;

/** Undefined where it is not installed. */
export const EJABBERD = find();
const version = EJABBERD?.version ?? 0;
/** Whether it has the second version of privileges (XEP-0356), which sets rosters and shows messages. */
export const PRIVILEGES_TWO = version >= 24.1;
/** Whether it does what is asked in a user's name: 24.10 to 24.12 only send the request back. */
export const PRIVILEGED_IQ = version >= 25;

function find(): EjabberdInstall | undefined {
  if (existsSync(CTL)) return read();
  if (EJABBERD_FOLDER) throw new Error(`ISTHMUS_EJABBERD names a folder without ejabberd: there is no ${CTL}.`);
  return undefined;
}

function read(): EjabberdInstall {
  const libraries = /^ERL_LIBS='([^']+)'$/m.exec(readFileSync(CTL, 'utf8'))?.[1];
  if (!libraries) throw new Error(`${CTL} does not say where ejabberd's libraries are.`);
  const [own = ''] = readdirSync(EJABBERD_FOLDER + libraries).filter((name) => name.startsWith('ejabberd-'));
  return { libraries, version: Number(own.slice('ejabberd-'.length)) };
}
