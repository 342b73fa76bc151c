/** Where the demo plays: Prosody, InspIRCd and the gateway on free loopback ports, started as the live tests start them. */

import { type Gateway, startGateway } from '#test/live/gateway.ts';
import { type Inspircd, startInspircd } from '#test/live/inspircd.ts';
import { type Prosody, startProsody } from '#test/live/prosody.ts';

const HOST = 'irc.localhost';
const SERVER = 'demo.test';
const SECRET = 'between us';
const LOG_LINES = 15;
const LOG_WIDTH = 240;

export const CHANNEL = '#isthmus';
export const ROOM = `${CHANNEL}%${SERVER}@${HOST}`;
/** Juliet's address on XMPP. */
export const JULIET = `juliet%${SERVER}@${HOST}`;
export const ROMEO = { name: 'romeo', jid: 'romeo@localhost', password: 'wherefore' } as const;

export interface Stage extends AsyncDisposable {
  readonly prosody: Prosody;
  readonly irc: Inspircd;
  readonly gateway: Gateway;
}

/** Resolves when all three answer. */
export async function openStage(): Promise<Stage> {
  await using parts = new AsyncDisposableStack();
  const prosody = parts.use(await startProsody({ components: [{ host: HOST, secret: SECRET }], users: [ROMEO] }));
  const irc = parts.use(await startInspircd({ name: SERVER }));
  const servers = { [SERVER]: { address: '127.0.0.1', port: irc.port, tls: 'off' } };
  const network = { kind: 'irc', host: HOST, secret: SECRET, servers };
  const gateway = parts.use(await startGateway({ prosody, networks: [network] }));
  const started = parts.move();
  return { prosody, irc, gateway, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

/** The ends of their logs, for a person. */
export function logsOf({ prosody, irc, gateway }: Stage): string {
  return [gateway, irc, prosody].map(({ name, log }) => `--- end of the log of ${name}\n${tail(log)}\n`).join('');
}

function tail(log: string): string {
  const lines = log.split('\n').slice(-LOG_LINES);
  return lines.map((line) => `  ${line.slice(0, LOG_WIDTH)}`).join('\n');
}
