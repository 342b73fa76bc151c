/** A fake server that gives messages back to who sent them (IRCv3 echo-message), with the label they had. */

import { type Line, parseLine, tagOf } from '#bridges/irc/line.ts';
import type { FakeIrcd, Peer } from '#test/fakes/ircd.ts';

export const ECHO = 'message-tags echo-message server-time';
export const LABELS = `${ECHO} batch labeled-response standard-replies`;
export const TIME = '2026-01-02T03:04:05.678Z';

/** The line the client sent last. */
export function lastOf(peer: Peer): Line {
  const line = parseLine(peer.lines.at(-1) ?? '');
  if (!line) throw new Error('The client sent no command.');
  return line;
}

/** The tags of an answer to that line: its label, if it has one, and more. */
export function answerTags(line: Line, ...more: readonly string[]): string {
  const label = tagOf(line, 'label');
  const tags = [...(label === undefined ? [] : [`label=${label}`]), ...more];
  return tags.length === 0 ? '' : `@${tags.join(';')} `;
}

/** Ids are `m1`, `m2` …; client tags are given back too. */
export function echoes(ircd: FakeIrcd): void {
  let count = 0;
  const echo = (peer: Peer): void => {
    const line = lastOf(peer);
    if (tagOf(line, 'batch') !== undefined) return;
    count += 1;
    const client = line.tags.split(';').filter((tag) => tag.startsWith('+'));
    const [target, ...text] = line.params;
    const rest = text.map((word) => ` :${word}`).join('');
    const tags = answerTags(line, `msgid=m${count}`, `time=${TIME}`, ...client);
    peer.send(`${tags}:${peer.prefix} ${line.command} ${target}${rest}`);
  };
  for (const command of ['PRIVMSG', 'NOTICE', 'TAGMSG']) ircd.replies[command] = echo;
}

/** Opens and closes the client's own batches of lines, and gives them back as one message. */
export function echoesBatches(ircd: FakeIrcd): void {
  let lines: Line[] = [];
  let opening: Line | undefined;
  ircd.replies['BATCH'] = (peer, [reference = '']) => {
    const line = lastOf(peer);
    if (reference.startsWith('+')) {
      opening = line;
      lines = [];
      return;
    }
    const [, type = '', target = ''] = opening?.params ?? [];
    const tags = opening ? answerTags(opening, 'msgid=b1', `time=${TIME}`) : '';
    peer.send(
      `${tags}:${peer.prefix} BATCH +x ${type} ${target}`,
      ...lines.map(({ tags: own, params }) => {
        const concat = own.includes('multiline-concat') ? ';draft/multiline-concat' : '';
        return `@batch=x${concat} :${peer.prefix} PRIVMSG ${target} :${params[1]}`;
      }),
      ':fake.test BATCH -x',
    );
  };
  const echo = ircd.replies['PRIVMSG'];
  ircd.replies['PRIVMSG'] = (peer, params) => {
    const line = lastOf(peer);
    if (tagOf(line, 'batch') === undefined) echo?.(peer, params);
    else lines.push(line);
  };
}
