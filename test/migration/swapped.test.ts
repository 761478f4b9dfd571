/** An original that was configured on the partner's side of things: its first connector is B, the new one's is A. */

import { expect, it } from 'vitest';
import type { Direction, Synchronization } from '../../sandbox/backbone/model.ts';
import { following } from '../../sandbox/backbone/sequence-id.ts';
import { changeFields } from '../../sandbox/world/changes.ts';
import { answerAll, openScene, type Scene } from '../support/migration.ts';
import { until } from '../support/processes.ts';
import { issueIn, people } from './defects.ts';

const AROUND: Record<Direction, Direction> = {
  EACH_OTHER: 'EACH_OTHER',
  NONE: 'NONE',
  FIRST_TO_SECOND: 'SECOND_TO_FIRST',
  SECOND_TO_FIRST: 'FIRST_TO_SECOND',
};

/** Nobody has done anything yet, so no message is under way. */
function turnAround(original: Synchronization): void {
  const { configuration: was, first, second } = original;
  Object.assign(original, { first: second, second: first });
  first.name = 'second';
  second.name = 'first';
  original.configuration = {
    ...was,
    first: was.second,
    second: was.first,
    issueTypeMappings: was.issueTypeMappings.map((each) => ({
      ...each,
      direction: AROUND[each.direction],
      firstIssueTypeId: each.secondIssueTypeId,
      secondIssueTypeId: each.firstIssueTypeId,
    })),
    fieldMappings: was.fieldMappings.map(({ values, ...each }) => ({
      ...each,
      direction: AROUND[each.direction],
      firstFieldId: each.secondFieldId,
      secondFieldId: each.firstFieldId,
      ...(values
        ? {
            values: values.map(({ firstOptionId, secondOptionId }) => ({
              firstOptionId: secondOptionId,
              secondOptionId: firstOptionId,
            })),
          }
        : {}),
    })),
    workflowMappings: was.workflowMappings.map((each) => ({
      ...each,
      firstIssueTypeId: each.secondIssueTypeId,
      secondIssueTypeId: each.firstIssueTypeId,
      statuses: each.statuses.map(({ firstStatusId, secondStatusId }) => ({
        firstStatusId: secondStatusId,
        secondStatusId: firstStatusId,
      })),
    })),
  };
}

const descriptionOf = (scene: Scene, instance: string, key: string) =>
  issueIn(scene, instance, key).values.get('description');

it('is migrated the other way round, and what people changed on either side is carried', {
  timeout: 60_000,
}, async () => {
  await using scene = await openScene({ interval: 40, issues: 6, ambiguous: false });
  const { original, clock, instances } = scene.world;
  const partnerOf = (key: string) => original.second.entries.get(key)?.remoteIssueKey ?? expect.fail(key);
  turnAround(original);
  await scene.control('POST', 'switches', { startCarriesSinceLastChangeSeen: false });
  const edit = (instance: string, key: string, value: string) =>
    people(scene, { kind: 'edit', instance, key, field: 'description', value });
  await edit('jira-partner', partnerOf('PA-2'), 'On B');
  await edit('jira-old', 'PA-3', 'On old A');
  await edit('jira-new', 'PA-4', 'On new A');
  await until(() => descriptionOf(scene, 'jira-old', 'PA-2') === 'On B', 'B to be carried');
  await until(() => descriptionOf(scene, 'jira-partner', partnerOf('PA-3')) === 'On old A', 'A to be carried');
  // Copied, and never sent.
  for (const name of ['jira-old', 'jira-new']) {
    const home = instances.get(name) ?? expect.fail(name);
    const at = clock.now() - 60 * 86_400_000;
    changeFields(home, issueIn(scene, name, 'PA-5'), 'somebody', at, new Map([['description', 'Long ago']]));
  }
  const entry = original.second.entries.get('PA-5') ?? expect.fail('PA-5');
  entry.lastChangeSeen = clock.now();
  const handle = await scene.start();
  const stopped = until(() => !original.running, 'the stop', 20_000).then(() => {
    entry.outgoingMessageSequenceId = following(entry.outgoingMessageSequenceId);
  });
  const end = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  await stopped;
  expect(end.blockers).toEqual([]);
  for (const [key, text] of [
    ['PA-2', 'On B'],
    ['PA-3', 'On old A'],
    ['PA-4', 'On new A'],
    ['PA-5', 'Long ago'],
  ] as const) {
    expect([descriptionOf(scene, 'jira-new', key), descriptionOf(scene, 'jira-partner', partnerOf(key))], key).toEqual([
      text,
      text,
    ]);
  }
  expect(await scene.sandbox.verdict()).toMatchObject({ details: [] });
});
