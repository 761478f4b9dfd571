/** docs/operating.md: its commands are those of the program and of docker-compose.yml, and its secrets are those that compose mounts. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { ROOT, readCompose } from '../deploy/compose.ts';
import { migratorLines, shellLines } from '../deploy/operating.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { codeOf, readPage, tableOf } from './pages.ts';

const page = readPage('docs/operating.md');
const compose = await readCompose();

function commandOf(words: string[]): { command: Command; rest: string[] } {
  let command = createProgram();
  let rest = words;
  for (;;) {
    const next = command.commands.find((sub) => sub.name() === rest[0]);
    if (!next) return { command, rest };
    command = next;
    rest = rest.slice(1);
  }
}

it.each(migratorLines(page))('`migrator %s` is a command with these options', (line) => {
  const { command, rest } = commandOf(line.split(' '));
  expect(command.commands, 'a whole command').toEqual([]);
  const known = command.options.map(({ long }) => long);
  expect(rest.filter((word) => word.startsWith('--') && !known.includes(word))).toEqual([]);
});

it('names services that are there', () => {
  const lines = shellLines(page).filter((line) => line.startsWith('docker compose '));
  const named = lines.flatMap((line) =>
    line.split(' ').filter((word) => /^(postgres|temporal[\w-]*|worker)$/.test(word)),
  );
  expect(new Set(named).size).toBeGreaterThan(1);
  expect(named.filter((name) => !(name in compose.services))).toEqual([]);
  const { rows } = tableOf(page, 'service', 'what it is', 'what it keeps');
  expect(rows.map(([name]) => codeOf(name))).toEqual(Object.keys(compose.services));
});

it('makes exactly the secrets that docker-compose.yml mounts, and a password of its own for each user', async () => {
  const folder = await temporaryDirectory();
  await mkdir(join(folder, 'deploy'));
  await cp(join(ROOT, 'deploy/migrator.yaml'), join(folder, 'deploy/migrator.yaml'));
  const [, block = ''] = /<!-- secrets -->\n```sh\n([\s\S]*?)```/.exec(page) ?? [];
  await promisify(execFile)('sh', ['-euc', block], { cwd: folder });
  for (const { file } of [...Object.values(compose.secrets), ...Object.values(compose.configs)])
    if (!file.startsWith('./deploy/')) expect((await stat(join(folder, file))).mode & 0o004).toBe(0o004);
  expect((await stat(join(folder, 'secrets'))).mode & 0o777).toBe(0o700);
  const password = (await readFile(join(folder, 'secrets/postgres_password'), 'utf8')).trim();
  const url = new URL((await readFile(join(folder, 'secrets/store_url'), 'utf8')).trim());
  expect([url.host, url.pathname, url.username]).toEqual(['postgres:5432', '/migrator', 'migrator_worker']);
  const others = await Promise.all(
    ['temporal_password', 'ui_token'].map((name) => readFile(join(folder, 'secrets', name), 'utf8')),
  );
  const all = [password, url.password, ...others.map((text) => text.trim())];
  expect(new Set(all).size).toBe(4);
  expect(all.filter((text) => text.length < 30)).toEqual([]);
});
