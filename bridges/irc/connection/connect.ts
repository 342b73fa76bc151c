/** Makes a connection: tries the ways to a server one after the other until one leads in. */

import { Refusal } from '#src/network.ts';
import type { Link } from '../link.ts';
import { register } from '../login/registration.ts';
import { NotTrusted } from './pinning.ts';
import type { Way } from './ports.ts';
import { Upgrade, upgraded } from './sts.ts';

/** Begins a connection; throws when there is no wish for one any more. */
export type Open = (way: Way) => Promise<Link>;

/** The link on which the server has taken us in, and the way by which. Throws what the last one failed with, or the reasons of all. */
export async function connect(ways: readonly Way[], open: Open): Promise<{ readonly link: Link; readonly way: Way }> {
  const failures: { readonly way: Way; readonly error: Error }[] = [];
  for (const way of ways) {
    // Who shows a wrong certificate is not spoken to in plain text instead.
    if (!way.secure && failures.some(({ error }) => error.cause instanceof NotTrusted)) break;
    const link = await open(way);
    const error = await link.connected.then(() => undefined, errorOf);
    if (!error) return enter(link, way, open);
    failures.push({ way, error });
  }
  throw reasonOf(failures);
}

async function enter(link: Link, way: Way, open: Open): ReturnType<typeof connect> {
  try {
    await register(link);
    return { link, way };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    // From there nothing leads further: a server that is reached by TLS can't ask for it.
    if (cause instanceof Upgrade) return connect([upgraded(way, cause.port)], open);
    throw error;
  }
}

function errorOf(error: unknown): Error {
  if (error instanceof Refusal) throw error;
  return error instanceof Error ? error : new Error(String(error));
}

function reasonOf(failures: readonly { readonly way: Way; readonly error: Error }[]): Error {
  // Of a name with addresses of one kind only the other kind is not worth a word.
  const told = failures.filter(({ error }) => !isNameless(error));
  const reasons = Map.groupBy(told.length > 0 ? told : failures, ({ error }) => error.message);
  const [only] = reasons.keys();
  if (reasons.size === 1) return new Error(only, { cause: failures[0]?.error });
  const sentences = [...reasons].map(([reason, those]) => {
    const ports = [...new Set(those.map(({ way }) => way.port))];
    return `${ports.length > 1 ? 'ports' : 'port'} ${ports.join(', ')}: ${reason}`;
  });
  return new Error(sentences.join('; '), { cause: failures[0]?.error });
}

function isNameless({ cause }: Error): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOTFOUND';
}
