/** What every demo stands on: the sandbox, the store and the service, as processes of their own. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoOptions } from './options.ts';
import { giveToPeople, Sandbox } from './sandbox.ts';
import { Service } from './service.ts';
import { provideStore } from './store.ts';

export interface Stage {
  sandbox: Sandbox;
  service: Service;
  /** The service's home folder. */
  home: string;
}

export interface DemoEnd {
  passed: boolean;
  /** What `--json` prints as the last line, after everything has ended. */
  value: unknown;
}

/** Answers the exit code. Whatever happens in `play`, everything is ended. */
export async function onStage(options: DemoOptions, play: (stage: Stage) => Promise<DemoEnd>): Promise<number> {
  const configFile = join(options.home, 'sandbox.yaml');
  const home = join(options.home, 'service');
  await rm(home, { recursive: true, force: true });
  await mkdir(options.home, { recursive: true });
  const sandbox = await Sandbox.start(options, configFile);
  let service: Service | undefined;
  let endStore: (() => Promise<void>) | undefined;
  let end: DemoEnd | undefined;
  try {
    endStore = await provideStore(options, configFile);
    if (options.by === 'people') await giveToPeople(configFile);
    service = await Service.start(configFile, home, options.keep || options.interactive);
    end = await play({ sandbox, service, home });
    return end.passed ? 0 : 1;
  } finally {
    await service?.stop();
    await endStore?.();
    await sandbox.stop();
    if (options.json && end) console.log(JSON.stringify(end.value));
  }
}
