/** People who change an issue in the very moment in which it is to be resynced. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { act } from '../support/persons.ts';
import { until } from '../support/processes.ts';
import { ledgerOf, type Rehearsal, rehearse } from '../support/rehearsal.ts';

it('is proved though an issue was left out of the resync, because its own change was on its way', {
  timeout: 90_000,
}, async () => {
  await using rehearsal = await rehearse({ issues: 6, ambiguous: false, interval: 100 });
  const handle = await rehearsal.start();
  const waiting = act(rehearsal, handle, {
    until: ({ state }) => ['AwaitingApproval', 'NeedsAttention'].includes(state),
  });
  await keepChanging(rehearsal);
  expect(await waiting).toMatchObject({ state: 'AwaitingApproval' });
  expect((await leftOut(rehearsal)).length, 'an issue was left out').toBeGreaterThan(0);
});

it('loses nothing that people changed since the copy in an issue whose summary they change while it is resynced', {
  timeout: 90_000,
}, async () => {
  await using rehearsal = await rehearse({ issues: 6, ambiguous: false, interval: 100 });
  const { world } = rehearsal.sandbox;
  const lost = { field: 'description', value: 'The copy does not have this.' };
  // In two issues, so that a request is left for the other one.
  for (const key of ['PA-3', 'PA-4']) {
    const partner = world.original.first.entries.get(key)?.remoteIssueKey ?? expect.fail(`${key} has no partner`);
    await rehearsal.control('POST', 'people', { ...EDIT, instance: 'jira-partner', key: partner, ...lost });
  }
  const handle = await rehearsal.start();
  const waiting = act(rehearsal, handle, {
    until: ({ state }) => ['AwaitingApproval', 'NeedsAttention'].includes(state),
  });
  await keepChanging(rehearsal);
  expect(await waiting).toMatchObject({ state: 'AwaitingApproval', blockers: [] });
  expect((await leftOut(rehearsal)).length, 'the summary was left out').toBeGreaterThan(0);
  expect(world.instances.get('jira-new')?.projects.get('PA')?.issues.get('PA-3')?.values.get('description')).toBe(
    lost.value,
  );
});

const EDIT = { action: 'once', kind: 'edit' };

/** From the first request of A to B until the first of B to A, somebody changes the summary of PA-3 again and again. */
async function keepChanging(rehearsal: Rehearsal): Promise<void> {
  const sent = async (direction: string) =>
    (await ledgerOf(rehearsal)).some(
      ({ kind, subject }) => kind === 'intent' && `${subject.part}`.startsWith(direction),
    );
  await until(() => sent('A→B'), 'the resync', 60_000);
  for (let n = 0; !(await sent('B→A')); n++) {
    const edit = { ...EDIT, instance: 'jira-new', key: 'PA-3', field: 'summary', value: `Changed ${n}` };
    await rehearsal.control('POST', 'people', edit);
    await sleep(10);
  }
}

async function leftOut(rehearsal: Rehearsal): Promise<string[]> {
  return (await ledgerOf(rehearsal)).flatMap(({ kind, subject }) =>
    kind === 'intent' && Array.isArray(subject.left) ? subject.left : [],
  );
}
