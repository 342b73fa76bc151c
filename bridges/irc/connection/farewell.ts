/** What a server means by the ERROR with which it ends a connection (RFC 1459 §4.6.4): each has words of its own. */

/** It lets us in if we come more slowly, or when others have gone. */
const TOO_FAST = /throttl|too fast|too many|attempt(?:ed|ing) to connect|no more connections|server is full/i;
/** K-, G-, Z- and D-lines, by whatever name. */
const BANNED = /\b[kgzd][:-]?lined?\b|\bakill(?:ed)?\b|\bauto-?killed\b|\bbanned\b/i;

export function isTooFast(said: string): boolean {
  return TOO_FAST.test(said);
}

/** It lets us in no more until somebody there thinks better of it; bans for coming too fast end by themselves. */
export function isBan(said: string): boolean {
  return BANNED.test(said) && !isTooFast(said);
}
