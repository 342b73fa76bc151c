/** The process: arguments, signals, exit. `isthmus [--config FILE] [--check]`, `isthmus import biboumi …`. */

import { parseArgs } from 'node:util';
import { ConfigError } from '#config/error.ts';
import { loadConfig } from '#config/load.ts';
import { type Gateway, startGateway } from '#src/gateway.ts';
import { importFrom } from '#src/import/command.ts';
import { createLog, type Log } from '#src/log.ts';
import { Refusal } from '#src/network.ts';

const USAGE = `Usage: isthmus [--config FILE] [--check]
       isthmus import biboumi [--help]

  --config FILE   settings, isthmus.yaml in this folder when absent
  --check         only say whether the settings are right
`;
/** How long a stop may take, in ms, before it is forced. */
const STOP_WITHIN = 10_000;

async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === 'import') return importFrom(rest, process);
  const { values } = parseArgs({
    options: {
      config: { type: 'string', default: 'isthmus.yaml' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const read = () => loadConfig(values.config, process.env);
  const config = read();
  if (values.check) return void process.stdout.write(`${values.config} is right.\n`);
  const log = createLog(config.log.level);
  process.on('uncaughtException', (error) => log.error({ err: error }, 'A bug was survived; please report it'));
  const gateway = await startGateway(config, log, read);
  process.on('SIGHUP', () => reload(gateway, log));
  void gateway.online.then(() => log.info({ networks: config.networks.length }, 'Gateway is online'));
  const stop = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.resolve());
  const failure = await Promise.race([gateway.fatal, stop.promise]);
  if (failure !== undefined) {
    process.exitCode = 1;
    process.stderr.write(`${failure}\n`);
  }
  log.info({}, 'Gateway is stopping');
  setTimeout(() => process.exit(process.exitCode ?? 0), STOP_WITHIN).unref();
  await gateway[Symbol.asyncDispose]();
}

/** A file that is not right changes nothing. */
function reload(gateway: Gateway, log: Log): void {
  try {
    for (const line of gateway.reload()) log.info({ result: line }, 'Configuration was read again');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    log.error({ reason: error.message }, 'Configuration could not be read again');
  }
}

try {
  await main();
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof Refusal || isUsage(error);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`${expected ? message : stack}\n`);
  process.exitCode = 1;
}

function isUsage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
