import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../support/directories.ts';
import { temporalBinary } from '../support/temporal.ts';

interface DemoEnd {
  state: string;
  originalDeleted: boolean;
  duplicates: number;
  lostChanges: number;
  judgedBy: string;
}

async function demo(args: string[]): Promise<{ code: number | null; end: DemoEnd }> {
  const child = spawn(process.execPath, ['demo/main.ts', '--json', ...args], {
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

it('loses a message on purpose, and the judge of the demo finds exactly that one', { timeout: 120_000 }, async () => {
  const home = await temporaryDirectory();
  const { code, end } = await demo(['--drop', '1', '--home', home]);
  expect(end).toMatchObject({
    state: 'Completed',
    originalDeleted: true,
    duplicates: 0,
    lostChanges: 1,
    judgedBy: 'sandbox',
  });
  expect(code).toBe(1);
});
