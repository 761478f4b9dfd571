/** The process an operator runs: loads the configuration, makes sure of what it needs, works, and shuts down gracefully. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { loadConfig } from './config/load.ts';
import { storePlaceAt, storeWord } from './config/storePlace.ts';
import { MigratorError } from './contract/errors.ts';
import { jiraOf, sameJiras, sameJiraText } from './jira/identity.ts';
import type { Instance } from './jira/instance.ts';
import { openInstances } from './jira/open.ts';
import { oldServerText } from './server/version.ts';
import { connectClient, connectWorker } from './service/connection.ts';
import { keepFilesPrivate, ownHome } from './service/home.ts';
import { thisHost } from './service/host.ts';
import { createLog } from './service/log.ts';
import { ensureSearchAttributes } from './service/searchAttributes.ts';
import { createWorkers, runWorkers, startWatchers } from './service/workers.ts';
import { openStore } from './store/open.ts';

keepFilesPrivate();

const { values } = parseArgs({
  options: {
    config: { type: 'string', default: 'migrator.yaml' },
    store: { type: 'string' },
    address: { type: 'string' },
    namespace: { type: 'string' },
    bundle: { type: 'string' },
  },
});

const log = createLog();

async function main(): Promise<void> {
  const config = await loadConfig(values.config);
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) =>
      EXPECTED.test(message) ? undefined : log[LEVELS[level] ?? 'info'](plain(meta), message),
    ),
    // We stop the workers ourselves, and close the store after them.
    shutdownSignals: ['SIGINT', 'SIGTERM'],
  });
  const store = await openStore(await storePlaceAt(values.store ?? storeWord(config) ?? (await ownHome()).store));
  const leave = await store.attend(await thisHost());
  const target = { address: values.address, namespace: values.namespace };
  const { connection, namespace } = await connectWorker(target);
  const client = await connectClient(target);
  const registered = await ensureSearchAttributes(client, namespace);
  await startWatchers(client, config);
  await client.connection.close();
  const instances = openInstances(config);
  const workflowBundle = values.bundle ? { code: await readFile(values.bundle, 'utf8') } : undefined;
  const workers = await createWorkers({
    deps: { config, store, instances, log },
    connection,
    namespace,
    workflowBundle,
  });
  const oldServer = await oldServerText(connection.workflowService);
  if (oldServer) log.warn({ notice: 'server' }, oldServer);
  log.info({ pid: process.pid, instances: Object.keys(config.instances), registered, namespace }, 'worker started');
  // In nobody's way: one that does not answer now is asked again by the migrations that need it.
  void tellSameJiras(Object.values(config.instances).map(({ name }) => instances.open(name)));
  try {
    await runWorkers(workers);
  } finally {
    await instances.close();
    await connection.close();
    await leave().catch(() => {});
    await store.close();
  }
  log.info('worker stopped');
}

/** Two names of one Jira are no mistake as long as no migration is about both; they had better be known. */
async function tellSameJiras(instances: readonly Instance[]): Promise<void> {
  const identities = new Map<string, string>();
  const asked = instances.map(async (instance) => identities.set(instance.config.name, await jiraOf(instance)));
  await Promise.allSettled(asked);
  const unread = instances.map(({ config }) => config.name).filter((name) => !identities.has(name));
  if (unread.length > 0) log.info({ instances: unread }, 'not read at the start, so not compared with the others');
  for (const same of sameJiras(identities))
    log.warn({ notice: 'instances', instances: same.names }, sameJiraText(same));
}

/** Workers of an instance have activities only, and that is meant. */
const EXPECTED = /^No workflows registered/;

const LEVELS: Record<string, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** Attempts' inputs are not logged, and what the SDK adds is kept to plain values. */
function plain(meta: Record<string | symbol, unknown> | undefined): Record<string, unknown> {
  const kept = Object.entries(meta ?? {}).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return Object.fromEntries(kept);
}

main().catch((error: unknown) => {
  const text =
    error instanceof MigratorError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  log.fatal(text);
  process.exitCode = 1;
});
