/** The service as a user runs it: `migrator up` as a process, with the sandbox's configuration file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Client } from '@temporalio/client';
import { storePlaceAt } from '../src/config/storePlace.ts';
import { endWithParent } from '../src/server/childProcess.ts';
import { freePort, isPortFree } from '../src/server/ports.ts';
import { connectClient } from '../src/service/connection.ts';
import { openHome, readServiceFile, type ServiceFile } from '../src/service/home.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { say } from './say.ts';

/** Fixed secrets of the sandbox, and of nothing else. */
const SECRETS = { SANDBOX_PASSWORD: 'sandbox-password', SANDBOX_TOKEN: 'sandbox-token' };

export class Service {
  readonly file: ServiceFile;
  readonly client: Client;
  readonly store: Store;
  readonly #process: ChildProcess;
  readonly #workerLog: string;

  private constructor(file: ServiceFile, client: Client, store: Store, child: ChildProcess, workerLog: string) {
    this.file = file;
    this.client = client;
    this.store = store;
    this.#process = child;
    this.#workerLog = workerLog;
  }

  /** On Temporal's usual ports where somebody will look round; else on any, so that several demos can run at once. */
  static async start(config: string, homeFolder: string, lookedAt: boolean): Promise<Service> {
    const [port, uiPort] = await Promise.all(lookedAt ? [portNear(7233), portNear(8233)] : [anyPort(), anyPort()]);
    const args = [
      'src/cli/main.ts',
      'up',
      '--config',
      config,
      '--home',
      homeFolder,
      '--port',
      String(port),
      '--ui-port',
      String(uiPort),
    ];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...SECRETS },
      stdio: ['ignore', 'pipe', 'inherit'],
      // Ctrl-C is for the demo, which then stops everything in order.
      detached: true,
    });
    endWithParent(child);
    await ready(child);
    const home = await openHome(homeFolder);
    const file = await readServiceFile(home);
    if (!file) throw new Error('the service left no service.json');
    const client = await connectClient(file);
    return new Service(file, client, await openStore(await storePlaceAt(file.store)), child, home.workerLog);
  }

  /** The worker's process now; it changes each time it dies. */
  async workerPid(): Promise<number> {
    const lines = (await readFile(this.#workerLog, 'utf8'))
      .split('\n')
      .filter((line) => line.includes('"worker started"'));
    const pid: unknown = JSON.parse(lines.at(-1) ?? '{}').pid;
    if (typeof pid !== 'number') throw new Error('no worker has started');
    return pid;
  }

  async stop(): Promise<void> {
    await this.client.connection.close();
    await this.store.close();
    if (this.#process.exitCode !== null) return;
    const exited = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await exited;
  }
}

/** Shows the first lines (obtaining the server can take minutes) until the service is ready. */
function ready(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once('exit', (code) => reject(new Error(`the service ended with ${code} before it was ready`)));
  if (!child.stdout) throw new Error('the service has no output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('Ready.')) resolve();
    else if (/^worker/.test(line)) say.trouble(line);
    else say.aside(line);
  });
  return promise;
}

const anyPort = (): Promise<number> => freePort('127.0.0.1');

async function portNear(standard: number): Promise<number> {
  return (await isPortFree('127.0.0.1', standard)) ? standard : anyPort();
}
