/**
 * Whether the worker of this machine is at work: Temporal is asked who polls for workflow tasks. Ends with 0 when it is, else with 1
 * and a sentence. A worker that hangs, or that Temporal does not hear, is found like one that is not there.
 *
 *   node src/health.ts --config migrator.yaml
 */
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { loadConfig } from './config/load.ts';
import { MigratorError } from './contract/errors.ts';
import { migrationsQueue } from './contract/names.ts';
import { connectClient } from './service/connection.ts';
import { secondsSincePoll } from './service/pollers.ts';

/** A poll without tasks lasts a minute, and counts from its beginning. */
const LATE_SECONDS = 150;

const { values } = parseArgs({ options: { config: { type: 'string', default: 'migrator.yaml' } } });

async function health(): Promise<string | undefined> {
  const { taskQueuePrefix } = await loadConfig(values.config);
  const queue = migrationsQueue(taskQueuePrefix);
  const client = await connectClient();
  try {
    const seconds = await secondsSincePoll(client, queue, hostname());
    if (seconds === undefined) return `no worker on ${hostname()} polls ${queue}.`;
    return seconds > LATE_SECONDS ? `the worker on ${hostname()} last polled ${queue} ${seconds} s ago.` : undefined;
  } finally {
    await client.connection.close();
  }
}

const trouble = await health().catch((error: unknown) => {
  if (error instanceof MigratorError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
});
if (trouble !== undefined) {
  console.error(trouble);
  process.exitCode = 1;
}
