/** Things that store tests begin with: a folder of their own, a request, a picture. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { openStore, type StorePlace } from '../../src/store/open.ts';
import type { Claim, ClaimRequest, Holder, Store } from '../../src/store/store.ts';
import { postgresPlace, sqlitePlace, type TestPlace } from './places.ts';

/** The store's promises hold on both; each test has a database of its own. */
export const ENGINES = ['SQLite', 'PostgreSQL'] as const;
export type EngineName = (typeof ENGINES)[number];

export const newPlace = (engine: EngineName): Promise<TestPlace> =>
  engine === 'SQLite' ? sqlitePlace() : postgresPlace();

/** Opened for one test and closed after it. */
export async function opened(place: StorePlace, options: { patienceMs?: number } = {}): Promise<Store> {
  const store = await openStore({ ...place, ...options });
  onTestFinished(() => store.close());
  return store;
}

export function request(synchronization = 'INT-16', over: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    original: `jira-old/${synchronization}`,
    cluster: 'cluster-1',
    namespace: 'default',
    workflowId: `migrate-jira-old-${synchronization}`,
    runId: `run-${synchronization}`,
    start: {
      original: { instance: 'jira-old', synchronization },
      new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/PA' } },
      requestedBy: 'kim@example.com',
      reason: 'CHG-4711',
    },
    ...over,
  };
}

export const holderOf = ({ migration, epoch, runId }: Claim): Holder => ({ migration, epoch, runId });

export function picture(claim: Claim, over: Partial<MigrationPicture> = {}): MigrationPicture {
  return {
    migration: claim.migration,
    workflowId: claim.workflowId,
    original: claim.original,
    instances: ['jira-old', 'jira-new'],
    requestedBy: 'kim@example.com',
    reason: 'CHG-4711',
    state: 'Running',
    step: 'stopOriginal',
    steps: [],
    tasks: [],
    blockers: [],
    decision: null,
    evidence: null,
    created: null,
    legal: ['pause', 'rollback'],
    waitingFor: null,
    personSince: null,
    reminders: 0,
    ...over,
  };
}

/** Another process, told what to do by its arguments; answers line by line. */
export function otherProcess(script: string, ...args: string[]) {
  const path = fileURLToPath(new URL(`./processes/${script}`, import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    line: async (): Promise<string> => (await lines.next()).value ?? '',
    say: (text: string) => child.stdin.write(`${text}\n`),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
}
