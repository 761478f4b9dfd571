import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../src/server/ports.ts';
import { type StartOptions, startTemporalServer } from '../../src/server/start.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { isRunning, runScript, until } from '../support/processes.ts';
import { connectClient, temporalBinary } from '../support/temporal.ts';
import { script } from './fakes.ts';

const START = { taskQueue: 'nobody', args: [] } as const;

async function started(options: Partial<StartOptions> = {}) {
  const server = await startTemporalServer({ binary: temporalBinary(), headless: true, ...options });
  onTestFinished(() => server.stop());
  return server;
}

describe('the embedded Temporal server', () => {
  it('is ready for workflows with search attributes when the start resolves, and shows its web UI', async () => {
    const server = await started({
      headless: false,
      namespace: 'moves',
      searchAttributes: { MigrationNeedsHuman: 'Bool' },
    });
    await using connected = await connectClient(server.address);
    const { operatorService } = connected.client.connection;
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace: 'moves' });
    expect(Object.keys(customAttributes)).toContain('MigrationNeedsHuman');
    const link = await fetch(server.ui?.link ?? 'no web UI', { redirect: 'manual' });
    const [cookie = ''] = link.headers.getSetCookie();
    const page = await fetch(server.ui?.url ?? 'no web UI', { headers: { Cookie: cookie.split(';')[0] ?? '' } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<html');
  });

  it('ends when told to, and removes the log that nobody asked for', async () => {
    const server = await started();
    expect(isRunning(server.pid)).toBe(true);
    await Promise.all([server.stop(), server.stop()]);
    expect(isRunning(server.pid)).toBe(false);
    expect(await server.exited).toMatchObject({ expected: true });
    await expect(stat(dirname(server.logFile))).rejects.toThrow('ENOENT');
  });

  it('keeps its workflows over kill -9 and a restart with the same database file', async () => {
    const directory = await temporaryDirectory();
    const dbFilename = join(directory, 'state', 'temporal.db');
    const searchAttributes = { MigrationState: 'Keyword', MigrationInstances: 'KeywordList' } as const;
    const first = await started({ dbFilename, searchAttributes });
    {
      await using connected = await connectClient(first.address);
      await connected.client.workflow.start('anything', { ...START, workflowId: 'survivor' });
    }
    process.kill(first.pid, 'SIGKILL');
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL', expected: false });

    const port = Number(first.address.split(':')[1]);
    const second = await started({ dbFilename, searchAttributes, port });
    expect(second.address).toBe(first.address);
    await using connected = await connectClient(second.address);
    const { status } = await connected.client.workflow.getHandle('survivor').describe();
    expect(status.name).toBe('RUNNING');
  });

  it('names the port that is in use', async () => {
    const port = await freePort('127.0.0.1');
    const occupant = createServer().listen(port, '127.0.0.1');
    onTestFinished(() => void occupant.close());
    await expect(started({ port })).rejects.toMatchObject({
      code: 'TemporalPortInUse',
      message: expect.stringContaining(String(port)),
    });
  });

  it('quotes the last words of a server that dies at once, and keeps its log', async () => {
    const directory = await temporaryDirectory();
    const binary = await script(directory, 'temporal', 'echo "cannot open database" >&2; exit 3');
    const logFile = join(directory, 'logs', 'temporal.log');
    await expect(started({ binary, logFile })).rejects.toMatchObject({
      code: 'TemporalServerDied',
      message: expect.stringMatching(/ended with code 3.*cannot open database/),
    });
    expect(await readFile(logFile, 'utf8')).toContain('cannot open database');
  });

  it('gives up on a server that never answers, and leaves no process', async () => {
    const directory = await temporaryDirectory();
    const binary = await script(directory, 'temporal', `echo $$ > ${directory}/pid; exec sleep 60`);
    const logFile = join(directory, 'temporal.log');
    const starting = started({ binary, logFile, startTimeoutMs: 500 });
    await expect(starting).rejects.toMatchObject({ code: 'TemporalServerSilent' });
    const pid = Number(await readFile(join(directory, 'pid'), 'utf8'));
    expect(isRunning(pid)).toBe(false);
  });

  it('ends with the process that started it, even when that is killed', async () => {
    const module = new URL('../../src/server/start.ts', import.meta.url);
    const options = {
      binary: temporalBinary(),
      headless: true,
      logFile: join(await temporaryDirectory(), 'temporal.log'),
    };
    const { child, line } = runScript(`
      import { startTemporalServer } from ${JSON.stringify(module.href)};
      const server = await startTemporalServer(${JSON.stringify(options)});
      console.log('pid', server.pid);
      setInterval(() => {}, 1000);`);
    const pid = Number((await line('pid ')).slice(4));
    expect(isRunning(pid)).toBe(true);
    child.kill('SIGKILL');
    await until(() => !isRunning(pid), 'the orphaned server to end');
  });
});
