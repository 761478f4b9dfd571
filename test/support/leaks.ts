import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Set in the environment of the test run, so inherited by every process that a test starts, whoever its parent is by
 * then.
 */
export const RUN_MARKER = 'BACKBONE_MIGRATOR_TEST_RUN';

export interface LeftoverProcess {
  pid: number;
  command: string;
}

/**
 * The processes of this run that are still there after `patienceMs`: servers, workers and browsers that a test forgot
 * to stop. Empty where there is no /proc.
 */
export async function leftoverProcesses(runId: string, patienceMs: number): Promise<LeftoverProcess[]> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await markedProcesses(runId);
    if (found.length === 0 || Date.now() >= deadline) return found;
    await sleep(100);
  }
}

async function markedProcesses(runId: string): Promise<LeftoverProcess[]> {
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readProc(pid, 'environ');
      if (!environment.includes(`${RUN_MARKER}=${runId}`)) return [];
      return [{ pid, command: (await readProc(pid, 'cmdline')).join(' ').slice(0, 160) }];
    }),
  );
  return found.flat();
}

async function readProc(pid: number, what: 'environ' | 'cmdline'): Promise<string[]> {
  // Gone meanwhile, or somebody else's: neither is ours to report.
  const text = await readFile(`/proc/${pid}/${what}`, 'utf8').catch(() => '');
  return text.split('\0').filter((part) => part !== '');
}
