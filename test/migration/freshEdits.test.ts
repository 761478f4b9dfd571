/** People who change an issue in the very moment in which it is to be resynced. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { act } from '../support/persons.ts';
import { until } from '../support/processes.ts';
import { ledgerOf, rehearse } from '../support/rehearsal.ts';

it('is proved though an issue was left out of the resync, because its own change was on its way', {
  timeout: 90_000,
}, async () => {
  await using rehearsal = await rehearse({ issues: 6, ambiguous: false, interval: 100 });
  const handle = await rehearsal.start();
  const waiting = act(rehearsal, handle, {
    until: ({ state }) => ['AwaitingApproval', 'NeedsAttention'].includes(state),
  });
  // From the first request of A to B until the first of B to A, somebody changes the same issue on A again and again.
  const sent = async (direction: string) =>
    (await ledgerOf(rehearsal)).some(
      ({ kind, subject }) => kind === 'intent' && `${subject.part}`.startsWith(direction),
    );
  await until(() => sent('A→B'), 'the resync', 60_000);
  for (let n = 0; !(await sent('B→A')); n++) {
    const edit = {
      action: 'once',
      kind: 'edit',
      instance: 'jira-new',
      key: 'PA-3',
      field: 'summary',
      value: `Changed ${n}`,
    };
    await rehearsal.control('POST', 'people', edit);
    await sleep(10);
  }
  expect(await waiting).toMatchObject({ state: 'AwaitingApproval' });
  const entries = await ledgerOf(rehearsal);
  const left = entries.flatMap(({ kind, subject }) =>
    kind === 'intent' && Array.isArray(subject.left) ? subject.left : [],
  );
  expect(left.length, 'an issue was left out').toBeGreaterThan(0);
});
