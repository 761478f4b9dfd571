/** docker-compose.yml against what others say of it: the Compose specification, and the Temporal server. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect, it } from 'vitest';
import { ROOT, readCompose, readComposeYaml, serviceOf, tagOf } from '../deploy/compose.ts';
import { composeSchema, obtainBinaries } from './binaries.ts';
import { PORT_VARIABLES } from './services.ts';

const compose = await readCompose();
const { environment } = serviceOf(compose, 'temporal');
const binaries = await obtainBinaries(tagOf(serviceOf(compose, 'temporal')));

it('is valid by the JSON schema of the Compose specification', async () => {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  formats.default(ajv, ['duration', 'uri']);
  const valid = ajv.compile(await composeSchema());
  const file = await readComposeYaml();
  expect(valid(file), JSON.stringify(valid.errors)).toBe(true);
  const misspelt = { ...(file as object), services: { ...compose.services, worker: { images: 'x' } } };
  expect(valid(misspelt)).toBe(false);
});

it('gives the server no variable that it does not read, and leaves its ports as they are', async () => {
  const template = await readFile(binaries.template, 'utf8');
  const reads = new Set([...template.matchAll(/env "(\w+)"/g)].map(([, name]) => name));
  // Read by deploy/server.sh and by the command line of the server.
  const others = ['POSTGRES_PWD_FILE', 'TEMPORAL_ALLOW_NO_AUTH'];
  expect(Object.keys(environment).filter((name) => !reads.has(name))).toEqual(others);
  expect(reads).toContain('POSTGRES_PWD');
  expect(PORT_VARIABLES.filter((name) => !reads.has(name) || name in environment)).toEqual([]);
});

it('has a dynamic configuration whose every key the server knows', async () => {
  const run = promisify(execFile);
  const { stdout, stderr } = await run(join(binaries.directory, 'temporal-server'), [
    'validate-dynamic-config',
    join(ROOT, 'deploy/dynamicconfig.yaml'),
  ]);
  expect(stdout + stderr).not.toMatch(/unknown|error|warn/i);
});
