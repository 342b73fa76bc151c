/** Ad-hoc commands (XEP-0050 1.3.0): the list of them, and their stages. */

import type { Jid } from '#src/address.ts';
import type { CommandBook } from '#src/commands/book.ts';
import type { CommandTarget, Outcome } from '#src/commands/command.ts';
import { type Asked, Dialogue, type Step } from '#src/commands/dialogue.ts';
import { outcomeText, toldRows } from '#src/commands/outcome-text.ts';
import type { Languages } from '#src/languages.ts';
import { Refusal } from '#src/network.ts';
import type { Places, Target } from '#src/place.ts';
import { speak, translate } from '#src/text/locale.ts';
import { answersIn, outcomeTable, questionForm } from './command-form.ts';
import { type CommandSession, CommandSessions } from './command-sessions.ts';
import type { Description } from './description.ts';
import type { Item } from './disco.ts';
import { StanzaRefusal } from './errors.ts';
import type { IqRequest, IqTable } from './iq.ts';
import { NS } from './ns.ts';
import { attr, escapeXml, tag, type Xml } from './xml.ts';

export interface CommandOptions {
  readonly places: Places;
  readonly book: CommandBook;
  readonly languages: Languages;
}

/** XEP-0050 §2.4. */
const ACTIONS: ReadonlySet<string> = new Set(['execute', 'next', 'prev', 'complete', 'cancel']);

export function commands(options: CommandOptions): IqTable {
  const sessions = new CommandSessions();
  return {
    [`set ${NS.commands}`]: (request) => execute(request, sessions, options),
  };
}

/** Service discovery of commands (XEP-0050 §2.1, §2.2); both give undefined for what is none. */
export class CommandDirectory {
  readonly #options: CommandOptions;

  constructor(options: CommandOptions) {
    this.#options = options;
  }

  /** The items of the node `http://jabber.org/protocol/commands`. */
  async list(to: Jid, from: Jid, node: string | undefined): Promise<readonly Item[] | undefined> {
    const { places, book, languages } = this.#options;
    const target = places.read(to);
    if (node !== NS.commands || !target || target.type === 'contact') return undefined;
    if (isOccupant(to, target)) return [];
    const lang = await languages.ask(from.bare);
    const offered = await book.offered(from, target);
    return offered.map((command) => ({ jid: to.bare, node: command.node, name: translate(command.title, lang) }));
  }

  /** What a command's node is, or the list's. */
  async describe(to: Jid, from: Jid, node: string | undefined): Promise<Description | undefined> {
    const { places, book, languages } = this.#options;
    const target = places.read(to);
    if (node === undefined || !target || target.type === 'contact' || isOccupant(to, target)) return undefined;
    const lang = await languages.ask(from.bare);
    const named = (title: string) => ({ name: translate(title, lang), lang: speak(title, lang).lang });
    if (node === NS.commands) {
      return {
        identities: [{ category: 'automation', type: 'command-list', ...named('Commands') }],
        features: [NS.discoInfo],
      };
    }
    const command = (await book.offered(from, target)).find((offered) => offered.node === node);
    return (
      command && {
        identities: [{ category: 'automation', type: 'command-node', ...named(command.title) }],
        features: [NS.commands, NS.dataForms],
      }
    );
  }
}

/** People's own programs may have commands; the gateway's are those of the room. */
function isOccupant({ resource }: Jid, target: Target): boolean {
  return target.type === 'room' && resource !== '';
}

async function execute(request: IqRequest, sessions: CommandSessions, options: CommandOptions): Promise<Xml> {
  const { payload } = request;
  const action = attr(payload, 'action') ?? 'execute';
  if (!ACTIONS.has(action)) throw refused('bad-request', 'malformed-action', `There is no action “${action}”.`);
  const id = attr(payload, 'sessionid');
  if (id === undefined) return begin(request, action, sessions, options);
  // Who was an administrator at the first step may be none any more.
  await commandAt(request, sessionOf(id, request, sessions).node, options);
  const session = sessionOf(id, request, sessions);
  if (session.busy) throw new Refusal('too-fast', 'The last step is still being worked on. Wait for its answer.');
  session.busy = true;
  sessions.touch(session);
  try {
    return await proceed(session, action, request, sessions);
  } finally {
    session.busy = false;
  }
}

/** Refuses where there is none, or not for this user. */
async function commandAt({ from, to }: IqRequest, node: string, { places, book }: CommandOptions) {
  const found = places.read(to);
  const target = found && isOccupant(to, found) ? undefined : found;
  return { command: await book.at(from, target, node), at: target as CommandTarget };
}

async function begin(
  request: IqRequest,
  action: string,
  sessions: CommandSessions,
  options: CommandOptions,
): Promise<Xml> {
  const { from, to, payload } = request;
  if (action !== 'execute') throw refused('bad-request', 'bad-action', 'Start a command with the action “execute”.');
  const node = attr(payload, 'node') ?? '';
  const { command, at } = await commandAt(request, node, options);
  const lang = await options.languages.ask(from.bare);
  const dialogue = new Dialogue(command, { user: from, at });
  const session = sessions.begin({ requester: from.full, responder: to.bare, node, lang, dialogue });
  return carry(session, dialogue.start(), sessions);
}

function sessionOf(id: string, { from, to, payload }: IqRequest, sessions: CommandSessions): CommandSession {
  const session = sessions.find(id, from.full, to.bare);
  if (session === 'expired') {
    throw refused('not-allowed', 'session-expired', 'This took more than ten minutes. Start the command again.');
  }
  if (session === undefined || session.node !== (attr(payload, 'node') ?? session.node)) {
    throw refused('bad-request', 'bad-sessionid', 'This command is not under way. Start it again.');
  }
  return session;
}

async function proceed(
  session: CommandSession,
  action: string,
  { payload }: IqRequest,
  sessions: CommandSessions,
): Promise<Xml> {
  const { dialogue } = session;
  if (action === 'cancel') {
    sessions.end(session);
    return element(session, 'canceled');
  }
  if (action === 'prev') {
    if (dialogue.depth === 0) throw refused('bad-request', 'bad-action', 'This is the first step.');
    return carry(session, dialogue.back(), sessions);
  }
  const answers = answersIn(payload);
  if (!answers) throw refused('bad-request', 'bad-payload', 'The form is missing.');
  return carry(session, dialogue.answer(answers), sessions);
}

/** Answers with the next stage, or with the end; a command that fails is completed with an error (XEP-0050 §4.6). */
async function carry(session: CommandSession, pending: Promise<Step>, sessions: CommandSessions): Promise<Xml> {
  try {
    const step = await pending;
    if (!('outcome' in step)) return stage(session, step);
    sessions.end(session);
    return end(session, step.outcome);
  } catch (error) {
    sessions.end(session);
    if (!(error instanceof Refusal)) throw error;
    return element(session, 'completed', note('error', error.message, session.lang));
  }
}

function stage(session: CommandSession, { question, problem }: Asked): Xml {
  // Whether more is asked is for the network to decide, so the default is what ends a command of one stage.
  const actions = tag(
    'actions',
    { execute: 'complete' },
    session.dialogue.depth > 0 && tag('prev', {}),
    tag('complete', {}),
  );
  const why = problem && note('error', problem.message, session.lang);
  return element(session, 'executing', actions, why, questionForm(question, session.lang));
}

function end(session: CommandSession, outcome: Outcome): Xml {
  const { table, warning } = outcome;
  const { rows, more } = toldRows(table ?? { rows: [] }, 'form', session.lang);
  const text = [outcomeText(outcome, session.lang), ...more].join('\n');
  const said = tag('note', { type: warning ? 'warn' : 'info' }, escapeXml(text));
  const form = table && outcomeTable({ ...table, rows }, session.dialogue.command.title, session.lang);
  return element(session, 'completed', said, form);
}

function note(type: 'error' | 'warn' | 'info', text: string, lang: string | undefined): Xml {
  return tag('note', { type }, escapeXml(translate(text, lang)));
}

function element(
  { id, node, lang, dialogue }: CommandSession,
  status: 'executing' | 'completed' | 'canceled',
  ...children: readonly (Xml | false | undefined)[]
): Xml {
  const spoken = speak(dialogue.command.title, lang).lang;
  return tag('command', { xmlns: NS.commands, node, sessionid: id, status, 'xml:lang': spoken }, ...children);
}

/** XEP-0050 §4.4: the errors of its own. */
function refused(condition: 'bad-request' | 'not-allowed', detail: string, text: string): StanzaRefusal {
  const [type, code] = condition === 'bad-request' ? (['modify', 400] as const) : (['cancel', 405] as const);
  return new StanzaRefusal({ type, condition, code, text, detail: tag(detail, { xmlns: NS.commands }) });
}
