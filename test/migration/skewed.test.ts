/** Clocks of the instances that are ahead or behind: what did not arrive is named all the same, and never taken for carried. */
import { it } from 'vitest';
import { approvedAndHeld } from '../support/braked.ts';
import { openScene, untilState } from '../support/migration.ts';
import { people } from './defects.ts';
import { proveThatItHolds } from './gate.ts';
import { STATE_DEFECTS } from './stateDefects.ts';

const MINUTES = 60_000;
const SKEWS = [
  { skew: 'all instances are ten minutes ahead', minutes: [10, 10, 10] },
  { skew: 'all instances are ten minutes behind', minutes: [-10, -10, -10] },
  { skew: 'the two new sides are apart, one ahead and one behind', minutes: [0, 10, -10] },
] as const;

const clocksOf = ([old, now, partner]: readonly [number, number, number]) => ({
  'jira-old': old * MINUTES,
  'jira-new': now * MINUTES,
  'jira-partner': partner * MINUTES,
});

const TRAFFIC = STATE_DEFECTS.filter(({ predicate }) => predicate.startsWith('traffic')).flatMap((defect) =>
  SKEWS.map(({ skew, minutes }) => ({ ...defect, skew, options: { clocks: clocksOf(minutes) } })),
);

it.concurrent.each(TRAFFIC)('never deletes when $promise, and $skew', { timeout: 90_000 }, proveThatItHolds);

it.concurrent.for(SKEWS)(
  'names a message that was sent and never arrived before anything is stopped when $skew',
  { timeout: 60_000 },
  async ({ minutes }, { expect }) => {
    await using scene = await openScene({ interval: 40, issues: 8, ambiguous: false, clocks: clocksOf(minutes) });
    const lost = { issue: 'PA-6', act: 'lost', value: 'The newer one', by: 'anna', beforeCopy: true };
    await scene.control('POST', 'undelivered', { instance: 'jira-old', integrationKey: 'INT-16', ...lost });
    const { tasks } = await untilState(await scene.start(), 'WaitingForPerson');
    expect(tasks[0]?.questions.find(({ id }) => id === 'undelivered')?.text).toContain(
      'jira-old/PA-6 <> jira-partner/',
    );
    expect(scene.writes()).toEqual([]);
  },
);

const OLD_HOME = [
  { skew: 'the old home is ten minutes ahead', minutes: [10, 0, 0] },
  { skew: 'the old home is ten minutes behind', minutes: [-10, 0, 0] },
] as const;

it.concurrent.for(OLD_HOME)(
  'names what people did on old A after the stop, and nothing else, when $skew',
  { timeout: 90_000 },
  async ({ minutes }, { expect }) => {
    await using held = await approvedAndHeld({ interval: 40, issues: 8, clocks: clocksOf(minutes) });
    const { scene, handle } = held;
    await people(scene, {
      instance: 'jira-old',
      kind: 'edit',
      key: 'PA-2',
      field: 'summary',
      value: 'On the old home',
    });
    await people(scene, { instance: 'jira-old', kind: 'comment', key: 'PA-3', value: 'Said on the old home' });
    await held.release();
    const asked = await untilState(handle, 'WaitingForPerson', 'NeedsAttention', 'Completed');
    const [question] = asked.tasks[0]?.questions ?? [];
    expect(question).toMatchObject({ id: 'oldHome', text: expect.stringMatching(/jira-old\/PA-2 .*summary changed/) });
    expect(question?.text).toMatch(/jira-old\/PA-3 .*comment \d+ added/);
    expect(new Set(question?.text.match(/jira-old\/PA-\d+/g))).toEqual(new Set(['jira-old/PA-2', 'jira-old/PA-3']));
    expect(held.deletes()).toEqual([]);
  },
);
