/** A server below the fixes of CVE-2025-14986 and -14987 is named to whoever connects a worker to it, or sets it up. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../sandbox/start.ts';
import { migrator } from '../cli/command.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { SECRETS } from '../support/migration.ts';
import { serverOfVersion } from '../support/otherVersion.ts';
import { uniquePrefix } from '../support/temporal.ts';

const text = (version: string) =>
  `This Temporal server (${version}) lets clients of one namespace act in others (CVE-2025-14986, CVE-2025-14987). ` +
  'Where namespaces keep people apart, upgrade it to 1.27.4, 1.28.2, 1.29.2 or later.';

describe('migrator setup', () => {
  it.each(['1.26.3', '1.27.3', '1.28.1', '1.29.0', '1.29.1', '1.29.1-142.0'])('warns of %s', async (version) => {
    const setup = ['setup', '--address', await serverOfVersion(version)];
    expect(await migrator(setup)).toMatchObject({ code: 0, stderr: `${text(version)}\n` });
    expect((await migrator([...setup, '--json'])).json()).toMatchObject({ warning: text(version) });
  });

  it.each(['1.27.4', '1.28.2', '1.29.2', '1.30.0', '1.31.2', '2.0.0'])('says nothing of %s', async (version) => {
    const setup = ['setup', '--address', await serverOfVersion(version)];
    expect(await migrator(setup)).toMatchObject({ code: 0, stderr: '' });
    expect((await migrator([...setup, '--json'])).json()).not.toHaveProperty('warning');
  });
});

describe('migrator up on a server of others', { timeout: 60_000 }, () => {
  /** What it prints, and its worker's log. */
  async function up(version: string) {
    const sandbox = await startSandbox({ issues: 2 });
    onTestFinished(() => sandbox.close());
    const home = await temporaryDirectory();
    const config = join(home, 'migrator.yaml');
    await writeFile(config, `${sandbox.configuration()}taskQueuePrefix: ${uniquePrefix('old')}\n`);
    const address = await serverOfVersion(version);
    const ended = await migrator(['up', '--config', config, '--home', join(home, 'home'), '--address', address], {
      env: SECRETS,
      onOutput: (printed, end) => void (printed.includes('Ready.') && end()),
    });
    expect(ended.code).toBe(0);
    return ended.stdout;
  }

  it('prints what its worker says of an old one', async () => {
    expect(await up('1.28.1')).toContain(`worker: ${text('1.28.1')}\n`);
  });

  it('prints nothing of one with the fixes', async () => {
    expect(await up('1.28.2')).not.toContain('CVE');
  });
});
