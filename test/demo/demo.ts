/** The demo as a process, and its last line. */
import { spawn } from 'node:child_process';
import { temporaryDirectory } from '../support/directories.ts';
import { temporalBinary } from '../support/temporal.ts';

export interface DemoEnd {
  state: string;
  originalDeleted: boolean;
  duplicates: number;
  lostChanges: number;
  gapSeconds: number;
  byPerson: string[];
  judgedBy: string;
}

export async function demo(args: string[]): Promise<{ code: number | null; end: DemoEnd }> {
  const home = await temporaryDirectory();
  const child = spawn(process.execPath, ['demo/main.ts', '--json', '--home', home, ...args], {
    env: { ...process.env, TEMPORAL_CLI_PATH: temporalBinary() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, end: JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as DemoEnd };
}
