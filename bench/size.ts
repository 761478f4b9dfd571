/**
 * One migration of many pairs: how long each step takes and how often it asks the instances, what memory the worker needs, and the
 * same of a tenth of the pairs in the same run, since what grows faster than the pairs do ends somewhere. People answer at once and
 * nobody works meanwhile.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { FINAL_STATES, MIGRATE_WORKFLOW, migrationsQueue } from '../src/contract/names.ts';
import type { StartInput } from '../src/contract/start.ts';
import { cpuOf, openStage, type Stage, serve } from './stage.ts';

/** `npm run bench -- size [pairs] [workaround|moved]` */
const PAIRS = Number(process.argv[3] ?? 20_000);
const WORLD = process.argv[4] ?? 'workaround';
const WORKFLOW_ID = 'bench-size';

export async function size(): Promise<unknown> {
  const tenth = await migration(Math.round(PAIRS / 10));
  const whole = await migration(PAIRS);
  return { world: WORLD, whole, tenth, secondsToTenth: Math.round((whole.seconds / tenth.seconds) * 10) / 10 };
}

async function migration(pairs: number) {
  await using stage = await openStage(['--world', WORLD, '--issues', String(pairs), '--interval', '500']);
  const began = Date.now();
  const picture = await run(stage);
  const seconds = (Date.now() - began) / 1000;
  const requests = await requestsOf(stage);
  return {
    pairs,
    seconds,
    requests,
    steps: picture.steps.map(({ step, ms }) => ({ step, seconds: Math.round((ms ?? 0) / 100) / 10 })),
    workerMegabytes: await memoryOf(stage.worker.pid),
    workerCpuSeconds: await cpuOf(stage.worker.pid),
  };
}

async function run(stage: Stage) {
  const { client, store, sandbox } = stage;
  const [first] = sandbox.starts as Omit<StartInput, 'requestedBy' | 'reason'>[];
  await client.workflow.start(MIGRATE_WORKFLOW, {
    taskQueue: migrationsQueue(),
    workflowId: WORKFLOW_ID,
    args: [{ ...first, requestedBy: 'kim@example.com', reason: 'measuring' }],
  });
  const done = new Set<string>();
  for (;;) {
    const row = await store.projections.byWorkflowId(WORKFLOW_ID);
    if (row && FINAL_STATES.includes(row.picture.state)) return row.picture;
    if (row) await serve(stage, row, done);
    await sleep(100);
  }
}

/** By kind: what the migrator asked both Backbone and the Jiras. */
async function requestsOf({ sandbox }: Stage): Promise<Record<string, number>> {
  const response = await fetch(`${sandbox.control}/sandbox/record?after=0`);
  const lines = (await response.json()) as { kind: string; user?: string; path?: string }[];
  const counts: Record<string, number> = {};
  for (const { kind, user, path = '' } of lines) {
    if (kind !== 'request' || user !== 'migrator') continue;
    const name = /(syncInformation|resync|search|status)$/.exec(path.split('?')[0] ?? '')?.[1] ?? 'other';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Resident at most until now, in megabytes; Linux alone says it. */
async function memoryOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
