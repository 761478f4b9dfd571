/** A worker that is started again with another configuration: the gates that wait are judged under its policy. */
import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { REQUESTER } from '../support/migration.ts';
import { act } from '../support/persons.ts';
import { ledgerOf, pictureOf, rehearse } from '../support/rehearsal.ts';

it('the new approver opens the gate; the old one is named with the reason, and needed no message to be', {
  timeout: 120_000,
}, async () => {
  await using rehearsal = await rehearse({
    ...{ issues: 6, ambiguous: false },
    configure: (yaml) =>
      yaml
        .replace(/approvers: .*/, 'approvers: [lee@example.com, sam@example.com]')
        .replace(/required: .*/, 'required: 2')
        .replace('timing:', 'timing:\n  watchEvery: 300ms'),
  });
  const { configFile, worker } = rehearsal;
  const handle = await rehearsal.start();
  const gate = await act(rehearsal, handle, { approve: false, until: ({ gate: one }) => one !== undefined });
  await handle.executeUpdate('approve', { args: [{ by: 'lee@example.com', decision: gate.decision }] });
  await writeFile(
    configFile,
    (await readFile(configFile, 'utf8')).replace(
      'lee@example.com, sam@example.com',
      'Ann@example.com, sam@example.com',
    ),
  );
  const { pid } = worker;
  if (pid === undefined) expect.fail('no worker');
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(async () => (await pictureOf(rehearsal))?.gate?.others, { timeout: 60_000, interval: 200 })
    .toEqual([{ by: 'lee@example.com', reason: "is not among the approvers of the operator's configuration." }]);
  const shown = await pictureOf(rehearsal);
  expect(shown?.decision).not.toBe(gate.decision);
  for (const by of [REQUESTER, 'lee@example.com', 'ann@example.com', 'sam@example.com']) {
    const args: [object] = [{ by, decision: shown?.decision }];
    const { accepted } = await handle.executeUpdate<{ accepted: boolean }, [object]>('approve', { args });
    expect([by, accepted]).toEqual([by, ['ann@example.com', 'sam@example.com'].includes(by)]);
  }
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect((await ledgerOf(rehearsal)).filter(({ kind }) => kind === 'grant')).toHaveLength(3);
});
