import { describe, expect, it, onTestFinished } from 'vitest';
import { restartDelay, type SuperviseOptions, superviseProcess } from '../../src/server/supervise.ts';
import { isRunning, runScript, until } from '../support/processes.ts';

const STAYS = "console.log('up'); setInterval(() => {}, 1000);";

function supervised(code: string, options: Partial<SuperviseOptions> = {}) {
  const lines: string[] = [];
  const child = superviseProcess({
    command: process.execPath,
    args: ['-e', code],
    name: 'worker',
    restartDelayMs: 20,
    onLine: ({ source, text }) => lines.push(`${source}: ${text}`),
    ...options,
  });
  onTestFinished(() => child.stop());
  return { child, lines };
}

const count = (lines: string[], line: string) => lines.filter((candidate) => candidate === line).length;

describe('a supervised process', () => {
  it('is started again after kill -9, visibly', async () => {
    const { child, lines } = supervised(STAYS);
    await until(() => count(lines, 'stdout: up') === 1, 'the first start');
    const first = child.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await until(() => count(lines, 'stdout: up') === 2, 'the second start');
    expect(child.pid).not.toBe(first);
    expect(child.restarts).toBe(1);
    expect(lines).toContain('supervisor: worker was killed by SIGKILL; starting it again in 0.02 s');
  });

  it('is started again after an end that looks like success, with growing delays', async () => {
    const { child, lines } = supervised("console.error('bye')", { maxRestartDelayMs: 50 });
    await until(() => child.restarts >= 3, 'three restarts');
    const delays = lines.flatMap(
      (line) => /worker ended with code 0; starting it again in (\S+) s/.exec(line)?.[1] ?? [],
    );
    expect(delays.slice(0, 3)).toEqual(['0.02', '0.04', '0.05']);
    expect(lines.indexOf('stderr: bye')).toBeLessThan(lines.findIndex((line) => line.startsWith('supervisor')));
  });

  it('may finish its work when stopped, and is not started again', async () => {
    const graceful = `process.on('SIGTERM', () => setTimeout(() => { console.log('drained'); process.exit(0); }, 300)); ${STAYS}`;
    const { child, lines } = supervised(graceful);
    await until(() => lines.includes('stdout: up'), 'the start');
    await child.stop();
    expect(lines).toEqual(['stdout: up', 'stdout: drained']);
    expect(child.pid).toBeUndefined();
  });

  it('is killed when it does not end in time', async () => {
    const { child, lines } = supervised(`process.on('SIGTERM', () => {}); ${STAYS}`, { stopGraceMs: 200 });
    await until(() => lines.includes('stdout: up'), 'the start');
    const pid = child.pid ?? 0;
    await child.stop();
    expect(isRunning(pid)).toBe(false);
  });

  it('can be stopped while it waits for a restart', async () => {
    const { child, lines } = supervised('', { restartDelayMs: 60_000, maxRestartDelayMs: 60_000 });
    await until(() => lines.some((line) => line.startsWith('supervisor')), 'the wait for the restart');
    await child.stop();
    expect(child.restarts).toBe(0);
  });

  it('says so when the command does not exist, and keeps trying', async () => {
    const { child, lines } = supervised('', { command: '/nowhere/at/all' });
    await until(() => child.restarts >= 1, 'a restart');
    expect(lines.join('\n')).toMatch(/worker: spawn .*ENOENT[\s\S]*worker could not be started; starting it again/);
  });

  it('ends with its supervisor, even when that is killed', async () => {
    const module = new URL('../../src/server/supervise.ts', import.meta.url);
    const supervisor = runScript(`
      import { superviseProcess } from ${JSON.stringify(module.href)};
      const args = ['-e', ${JSON.stringify(STAYS)}];
      const child = superviseProcess({ command: process.execPath, args, name: 'worker', onLine: () => {} });
      console.log('pid', child.pid);`);
    const pid = Number((await supervisor.line('pid ')).slice(4));
    expect(isRunning(pid)).toBe(true);
    supervisor.child.kill('SIGKILL');
    await until(() => !isRunning(pid), 'the orphaned child to end');
  });

  it('waits longer after each quick death, up to a limit', () => {
    expect([1, 2, 3, 9].map((deaths) => restartDelay(deaths, 500, 30_000))).toEqual([500, 1_000, 2_000, 30_000]);
  });
});
