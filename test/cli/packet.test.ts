import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KIM, openPartnerScene, untilPacket } from '../partner/partner.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { untilState } from '../support/migration.ts';
import { temporalAddress } from '../support/temporal.ts';
import { migrator } from './command.ts';

it('writes the packet into a folder, and takes the list back as a file', { timeout: 120_000 }, async () => {
  await using scene = await openPartnerScene();
  const home = await temporaryDirectory();
  const handle = await scene.start();
  const service = ['--home', home, '--store', scene.storeFile, '--address', temporalAddress()];
  const early = await migrator(['packet', 'jira-old/INT-16', '--out', join(home, 'early'), ...service]);
  expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('NotFound') });

  await untilPacket(scene, handle);
  const out = join(home, 'packet');
  const written = await migrator(['packet', handle.workflowId, '--out', out, '--json', ...service]);
  expect(written.json()).toEqual({ files: [join(out, 'letter-PB.md'), join(out, 'PB-issues.csv')] });
  expect(await readFile(join(out, 'letter-PB.md'), 'utf8')).toContain('What to return');

  const answer = (file: string) =>
    migrator(['answer', handle.workflowId, '--by', KIM, '--file-for', `partner=${file}`, '--json', ...service]);
  expect((await answer(join(home, 'nowhere.csv'))).code).toBe(2);
  const list = join(out, 'PB-issues.csv');
  const text = await readFile(list, 'utf8');
  const broken = join(home, 'broken.csv');
  await writeFile(broken, text.replace(',,,,,', ',,,,,none'));
  const refused = await answer(broken);
  expect(refused.code).toBe(3);
  expect(refused.stdout).toContain('line 2: comments is no whole number');
  expect((await answer(list)).code).toBe(0);
  await untilState(handle, 'AwaitingApproval');
});
