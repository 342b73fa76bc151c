/** What may be a nick, a channel and a channel's password, before the server has its say. */

/** First characters of a channel until ISUPPORT tells them. */
export const CHANNEL_TYPES = '#&+!';

// biome-ignore lint/suspicious/noControlCharactersInRegex: BEL and NUL may not stand in a channel name (RFC 2812 §1.3).
const CHANNEL = /^[#&+!][^\x00-\x20,\x7f]{0,199}$/;
/** What one may choose. Letters beyond ASCII are left to the server: some take them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: no control character may stand in a nick.
const NICK = /^[^\x00-\x20\x7f\d\-#&+!%@:,.*?$~=<>"'/;()][^\x00-\x20\x7f#&+!%@:,.*?$~=<>"'/;()]{0,63}$/;

/** What one may write to: bouncers and relays have names that nobody could choose, some with dots as servers have. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const PERSON = /^[^\x00-\x20\x7f#&+!%@:,.$][^\x00-\x20\x7f!%@,]{0,63}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const KEY = /^[^\x00-\x20\x7f:,][^\x00-\x20\x7f,]{0,63}$/;

export function isChannelName(name: string): boolean {
  return CHANNEL.test(name);
}

export function isNick(name: string): boolean {
  return NICK.test(name);
}

export function isPerson(name: string): boolean {
  return PERSON.test(name);
}

/** Whether `word` can be the password of a channel. */
export function isKey(word: string): boolean {
  return KEY.test(word);
}
