import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { SEARCH_ATTRIBUTES } from '../../src/contract/names.ts';
import { obtainTemporalServer } from '../../src/server/binary.ts';
import { startTemporalServer } from '../../src/server/start.ts';
import { bundleWorkflows } from '../../src/service/bundle.ts';
import { workflowsPath } from '../../src/service/paths.ts';
import { startPostgres } from '../../tools/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    temporalAddress: string;
    temporalBinary: string;
    workflowBundle: BundledWorkflows;
    /** Connection string of the PostgreSQL server of this run. */
    postgresUrl: string;
  }
}

/** The workflows, bundled once for the whole run, or why there is no bundle. */
export type BundledWorkflows = { codePath: string } | { problem: string };

/** Starts one Temporal server and one PostgreSQL, and bundles the workflows once, for all test files together. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'backbone-migrator-test-'));
  const { path: binary } = await obtainTemporalServer({ env: process.env, onProgress: (line) => console.log(line) });
  const [server, workflowBundle, postgres] = await Promise.all([
    startTemporalServer({
      binary,
      headless: true,
      searchAttributes: SEARCH_ATTRIBUTES,
      logFile: join(directory, 'temporal.log'),
    }),
    bundle(join(directory, 'workflows.cjs')),
    startPostgres(),
  ]);
  project.provide('temporalAddress', server.address);
  project.provide('temporalBinary', binary);
  project.provide('workflowBundle', workflowBundle);
  project.provide('postgresUrl', postgres.url());

  let tearingDown = false;
  server.exited.then(({ code, signal }) => {
    if (!tearingDown) console.error(`The Temporal server of the test run ended with ${signal ?? code}.`);
  });
  return async () => {
    tearingDown = true;
    await Promise.all([server.stop(), postgres.remove()]);
    await rm(directory, { recursive: true, force: true });
  };
}

/** A bundle that cannot be made fails the tests that ask for it, not those that need no workflow. */
async function bundle(codePath: string): Promise<BundledWorkflows> {
  try {
    await access(workflowsPath);
    await bundleWorkflows(codePath);
    return { codePath };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
