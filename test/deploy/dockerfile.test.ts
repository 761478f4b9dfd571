import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, readCompose, serviceOf } from './compose.ts';
import { only, readDockerfile, type Stage } from './dockerfile.ts';

const stages = await readDockerfile();
const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const worker = stages.at(-1) as Stage;

it('starts from the Node that the tests run on, as a whole version and by its bytes', () => {
  const images = new Set(stages.map(({ image }) => image));
  expect([...images].map((image) => image.replace(/@sha256:[0-9a-f]{64}$/, ' by digest'))).toEqual([
    `node:${manifest.devDependencies.node}-bookworm-slim by digest`,
  ]);
  expect(process.versions.node).toBe(manifest.devDependencies.node);
});

it('copies what is in the project and not ignored, and the last stage only what another one made', async () => {
  const ignore = (await readFile(join(ROOT, '.dockerignore'), 'utf8'))
    .split('\n')
    .filter((line) => /^[^#\s]/.test(line));
  const copied = stages.flatMap(({ instructions }) =>
    instructions.flatMap((each) => (each.kind === 'COPY' && !each.from ? each.sources : [])),
  );
  expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(ignore).toEqual(['*', ...copied.map((path) => `!${path}`)]);
  const { from } = only(worker, 'COPY');
  expect(stages.map(({ name }) => name)).toContain(from);
});

it('installs production dependencies alone and builds the bundle that the worker is started with', () => {
  const runs = stages.flatMap(({ instructions }) =>
    instructions.flatMap((each) => (each.kind === 'RUN' ? each.shell : [])),
  );
  expect(runs[0]).toMatch(/^npm ci --omit=dev\b/);
  const bundle = runs.find((run) => run.startsWith('node src/service/bundle.ts '))?.split(' ')[2];
  const { command } = only(worker, 'CMD');
  expect(command[command.indexOf('--bundle') + 1]).toBe(bundle);
});

it('runs files that exist with the configuration that compose mounts, as nobody in particular', async () => {
  const compose = await readCompose();
  const mounted = serviceOf(compose, 'worker').configs.map(({ target }) => target);
  for (const { command } of [only(worker, 'CMD'), only(worker, 'HEALTHCHECK')]) {
    expect(command[0]).toBe('node');
    expect(existsSync(join(ROOT, command[1] ?? ''))).toBe(true);
    expect(mounted).toContain(command[command.indexOf('--config') + 1]);
  }
  expect(only(worker, 'USER').user).toBe('node');
  expect(worker.instructions.findIndex(({ kind }) => kind === 'USER')).toBeLessThan(
    worker.instructions.findIndex(({ kind }) => kind === 'CMD'),
  );
});
