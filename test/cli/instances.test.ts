import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../sandbox/start.ts';
import type { InstanceCheck } from '../../src/cli/instances.ts';
import { withLegacy } from '../support/aliases.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { SECRETS } from '../support/migration.ts';
import { migrator } from './command.ts';

async function configured(configure: (yaml: string) => string = (yaml) => yaml) {
  const sandbox = await startSandbox({ issues: 2, interval: 50 });
  const config = join(await temporaryDirectory(), 'migrator.yaml');
  await writeFile(config, configure(sandbox.configuration()));
  const check = (...args: string[]) => migrator(['instances', 'check', '--config', config, ...args], { env: SECRETS });
  return { check, [Symbol.asyncDispose]: () => sandbox.close() };
}

describe('instances check', { timeout: 60_000 }, () => {
  it('says of each instance who we are, its version and our permissions, and shows no secret', async () => {
    await using scene = await configured();
    const { code, json, stdout, stderr } = await scene.check('--json', '--project', 'jira-old/PA');
    expect(code).toBe(0);
    const [old, ...others] = json<InstanceCheck[]>();
    expect(old).toMatchObject({
      instance: 'jira-old',
      ok: true,
      user: 'Migrator (migrator)',
      synchronizations: 1,
      permissions: { PA: { BROWSE_PROJECTS: true, ADMINISTER_PROJECTS: true } },
    });
    expect(others.map(({ ok, problems }) => [ok, problems])).toEqual([
      [true, []],
      [true, []],
    ]);
    for (const secret of Object.values(SECRETS)) expect(stdout + stderr).not.toContain(secret);
  });

  it('ends with 1 when one cannot be reached, names the problem, and still shows the others', async () => {
    await using scene = await configured((yaml) =>
      yaml
        .replace(/(jira-partner:\n\s+baseUrl: ).*/, '$1http://127.0.0.1:1')
        .replace(/httpTimeout: .*/, 'httpTimeout: 1s'),
    );
    const { code, stdout } = await scene.check('--project', 'jira-old/NONE');
    expect(code).toBe(1);
    expect(stdout).toContain('✓  jira-new');
    expect(stdout).toMatch(/jira-partner: InstanceUnreachable/);
    expect(stdout).toContain('project NONE does not exist');
  });

  it('ends with 1 when two names are one Jira, and says which', async () => {
    await using scene = await configured(withLegacy);
    const { code, stdout } = await scene.check();
    expect(code).toBe(1);
    for (const name of ['jira-old', 'jira-legacy'])
      expect(stdout).toContain(`${name}: jira-old and jira-legacy are names of one Jira`);
    expect(stdout).not.toMatch(/jira-(new|partner): .*one Jira/);
  });

  it('ends with 2 when the configuration is wrong or names no such instance', async () => {
    await using scene = await configured();
    expect(await scene.check('--project', 'jira-odd/PA')).toMatchObject({ code: 2, stdout: '' });
    const missing = await migrator(['instances', 'check', '--config', '/no/such.yaml']);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('/no/such.yaml does not exist') });
  });
});
