/**
 * Finishes package-lock.json after `npm install --package-lock-only`: takes out the addresses of the registry it was
 * made with, and adds the optional packages of other platforms that a mirror may lack, without which `npm ci` refuses.
 */

import { readFileSync, writeFileSync } from 'node:fs';

interface Entry {
  version: string;
  resolved?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const FILE = 'package-lock.json';
const SYSTEMS = /\b(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|aix|win32)\b/;
const PROCESSORS = /\b(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64|wasm32)\b/;

const lock = JSON.parse(readFileSync(FILE, 'utf8')) as { packages: Record<string, Entry> };
for (const entry of Object.values(lock.packages)) {
  delete entry.resolved;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    lock.packages[path] ??= { version, ...(entry.dev && { dev: true }), optional: true, ...platformOf(name) };
  }
}
const [root, ...rest] = Object.entries(lock.packages);
const sorted = rest.toSorted(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries([...(root ? [root] : []), ...sorted]);
writeFileSync(FILE, `${JSON.stringify(lock, undefined, 2)}\n`);

/** What such packages are named after; `linux-arm-gnueabihf` and `linux-x64-musl` among them. */
function platformOf(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> {
  const short = name.slice(name.lastIndexOf('/') + 1);
  const [system] = SYSTEMS.exec(short) ?? [];
  const [processor] = PROCESSORS.exec(short) ?? [];
  return {
    ...(processor && { cpu: [processor] }),
    ...(system && { os: [system] }),
    ...(short.endsWith('musl') && { libc: ['musl'] }),
  };
}
