/** Which names are the same to a server: CASEMAPPING (modern.ircdocs.horse, RPL_ISUPPORT). */

/** Gives equal strings for equal names, of the same length; for comparing only, never shown or sent. */
export type Fold = (name: string) => string;

/** Lower case of ASCII alone; nick and room names keep all else. */
export function foldAscii(name: string): string {
  return isFolded(name, 'Z') ? name : name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function foldStrict(name: string): string {
  if (isFolded(name, ']')) return name;
  return foldAscii(name).replace(/[[\]\\]/g, (sign) => (sign === '[' ? '{' : sign === ']' ? '}' : '|'));
}

function foldRfc1459(name: string): string {
  return isFolded(name, ']') && !name.includes('~') ? name : foldStrict(name).replaceAll('~', '^');
}

/** No sign from A to `last` is in it, as in most names; each message asks for several. */
function isFolded(name: string, last: 'Z' | ']'): boolean {
  const most = last.charCodeAt(0);
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    if (code >= 65 && code <= most) return false;
  }
  return true;
}

/** RFC 1459's is the default (§2.2); an unknown one is taken for ASCII, which calls the fewest names equal. */
export function foldOf(casemapping: string | undefined): Fold {
  switch (casemapping) {
    case undefined:
    case 'rfc1459':
      return foldRfc1459;
    case 'rfc1459-strict':
    case 'strict-rfc1459':
      return foldStrict;
    default:
      return foldAscii;
  }
}
