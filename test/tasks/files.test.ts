/** What a task hands over can be fetched: by the command it shows, and by its link where the operator serves files. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fetchCommand } from '../../src/contract/tasks.ts';
import { statusPage } from '../../src/report/statusPage.ts';
import { serveArtifacts } from '../../src/service/artifactServer.ts';
import { migrator } from '../cli/command.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { openScene, statusOf } from '../support/migration.ts';
import { untilTask } from './untilTask.ts';

it('hands over the translated configuration by command and by link, byte for byte', async () => {
  await using scene = await openScene({ interval: 40, issues: 6, ambiguous: false });
  const server = await serveArtifacts(scene.store.artifacts);
  await using _ = { [Symbol.asyncDispose]: () => server.close() };
  scene.config.artifacts.url = server.url;
  const handle = await scene.start();
  const [file] = (await untilTask(scene, handle, 'importConfiguration')).files;
  const picture = await statusOf(handle);
  expect(file).toMatchObject({ name: expect.stringMatching(/^INT-\d+-configuration\.json$/) });
  if (!file?.link || !picture) return expect.fail('no link');

  const response = await fetch(file.link);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${file.name}"`);
  expect(JSON.parse(bytes.toString())).toEqual(await scene.store.artifacts.getJson(file.digest));
  expect(statusPage(picture)).toContain(`[${file.name}](${file.link})`);

  const out = join(await temporaryDirectory(), 'configuration.json');
  const words = fetchCommand(file).split(' ');
  expect(words.slice(0, 4)).toEqual(['migrator', 'artifact', 'get', file.digest]);
  const { code, stderr } = await migrator([...words.slice(1, 4), '--out', out, '--store', scene.storeFile]);
  expect(code, stderr).toBe(0);
  expect(await readFile(out)).toEqual(bytes);

  const get = (path: string, method = 'GET') => fetch(`${server.url}/${path}`, { method }).then(({ status }) => status);
  expect(await get(`${'0'.repeat(64)}/x.json`)).toBe(404);
  expect(await get(file.digest.slice(0, 8))).toBe(404);
  expect(await get('../store.db')).toBe(404);
  expect(await get(`${file.digest}/${file.name}`, 'DELETE')).toBe(405);
});

it('never lets the name of a file lead elsewhere or reach a shell', () => {
  const digest = 'a'.repeat(64);
  expect(fetchCommand({ name: '../../.ssh/$(rm -rf x)', digest })).toBe(
    `migrator artifact get ${digest} --out ssh-rm--rf-x-`,
  );
});
