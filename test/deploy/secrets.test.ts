/** A start without its secret files ends at once, with one line that says which. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../support/directories.ts';
import { ROOT, readCompose, serviceOf } from './compose.ts';
import { runNode } from './run.ts';

const template = await readFile(join(ROOT, 'deploy/migrator.yaml'), 'utf8');
const compose = await readCompose();
const { environment, secrets } = serviceOf(compose, 'worker');
const INSTANCES = secrets.filter((name) => name !== 'store_url');

/** The template with its secrets in a folder of this test; those named are there. */
async function starting(there: readonly string[]) {
  const folder = await temporaryDirectory();
  for (const name of there) await writeFile(join(folder, name), 'x\n');
  const config = join(folder, 'migrator.yaml');
  await writeFile(config, template.replaceAll('/run/secrets/', `${folder}/`));
  const store = (environment.MIGRATOR_STORE_PLACE ?? '').replace('/run/secrets/', `${folder}/`);
  const ended = await runNode(['src/worker.ts', '--config', config], { MIGRATOR_STORE_PLACE: store });
  return { ...ended, messages: ended.lines.map((line) => (JSON.parse(line) as { msg: string }).msg) };
}

it('names every secret of an instance that is missing, with its line', async () => {
  const { code, messages } = await starting([]);
  expect(code).toBe(1);
  expect(messages).toHaveLength(1);
  for (const name of INSTANCES)
    expect(messages[0]).toMatch(
      new RegExp(`migrator\\.yaml:\\d+ [\\w.-]+: file:\\S+/${name} cannot be read \\(ENOENT\\)`),
    );
});

it('names the missing connection string of the store', async () => {
  const { code, messages } = await starting(INSTANCES);
  expect(code).toBe(1);
  expect(messages).toEqual([
    expect.stringMatching(/the store is PostgreSQL by file:\S+\/store_url, and file:\S+ cannot be read \(ENOENT\)\./),
  ]);
});
