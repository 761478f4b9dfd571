/** Changes that nothing but the migration's own look into the histories finds: whoever overlooks one loses it. */

import { expect, it } from 'vitest';
import { following } from '../../sandbox/backbone/sequence-id.ts';
import { changeFields } from '../../sandbox/world/changes.ts';
import { start } from '../rollback/workaround.ts';
import { answerAll, ledgerOf, openScene, retry, runToGate, type Scene, untilState } from '../support/migration.ts';
import { until } from '../support/processes.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { issueIn, people } from './defects.ts';

const MINUTE = 60_000;
/** In minutes: long before anything else was carried last. */
const LONG_AGO = 1440 * 60;
const QUICK = { interval: 40, issues: 6, ambiguous: false } as const;
const FORGETFUL = { startCarriesSinceLastChangeSeen: false };

const partnerOf = ({ world }: Scene, key: string): string =>
  world.original.first.entries.get(key)?.remoteIssueKey ?? expect.fail(`${key} has no partner`);

const descriptionOf = (scene: Scene, instance: string, key: string) =>
  issueIn(scene, instance, key).values.get('description');

/** What a person wrote some time ago. */
function wrote(
  scene: Scene,
  minutesAgo: number,
  instance: string,
  key: string,
  description: string,
  now = scene.world.clock.now(),
): void {
  const home = scene.world.instances.get(instance) ?? expect.fail(instance);
  const at = now - minutesAgo * MINUTE;
  changeFields(home, issueIn(scene, instance, key), 'somebody', at, new Map([['description', description]]));
}

it('finds what people changed since the original was stopped, though that was long before the migration began', async () => {
  await using scene = await openScene({ ...QUICK, world: 'workaround' });
  await scene.control('POST', 'switches', FORGETFUL);
  const [a, b] = [
    ['jira-new', 'PA-3'],
    ['jira-partner', partnerOf(scene, 'PA-3')],
  ] as const;
  scene.world.original.running = false;
  wrote(scene, 5, ...b, 'While nothing ran');
  const handle = await start(scene);
  await runToGate(scene, handle);
  expect(descriptionOf(scene, ...a)).toBe('While nothing ran');
});

it('brings to the new home what was still changed on the old one after the copy began', async () => {
  await using scene = await openScene(QUICK);
  await scene.control('POST', 'switches', FORGETFUL);
  const partner = partnerOf(scene, 'PA-3');
  await people(scene, { kind: 'edit', instance: 'jira-old', key: 'PA-3', field: 'description', value: 'Too late' });
  await until(() => descriptionOf(scene, 'jira-partner', partner) === 'Too late', 'the original to carry it');
  await runToGate(scene, await scene.start());
  expect(descriptionOf(scene, 'jira-new', 'PA-3')).toBe('Too late');
});

it('repairs what had not arrived when the original was stopped, though the project has another key now', async () => {
  await using scene = await openScene({ ...QUICK, world: 'renamed' });
  await scene.control('POST', 'switches', FORGETFUL);
  const partner = partnerOf(scene, 'PA-3');
  wrote(scene, LONG_AGO, 'jira-old', 'PA-3', 'Copied, and never sent');
  wrote(scene, LONG_AGO, 'jira-new', 'PX-3', 'Copied, and never sent');
  const entry = scene.world.original.first.entries.get('PA-3') ?? expect.fail('no entry');
  const old = issueIn(scene, 'jira-old', 'PA-3');
  entry.lastChangeSeen = old.updated;
  const handle = await scene.start(scene.sandbox.ready.start);
  const stopped = until(() => !scene.world.original.running, 'the stop', 20_000).then(() => {
    entry.outgoingMessageSequenceId = following(entry.outgoingMessageSequenceId);
  });
  const end = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  await stopped;
  expect(end.blockers).toEqual([]);
  expect(descriptionOf(scene, 'jira-partner', partner)).toBe('Copied, and never sent');
});

it('finds the changes of a custom field in a history that names fields without their ids', async () => {
  await using scene = await openScene(QUICK);
  await scene.control('POST', 'switches', { ...FORGETFUL, historyFieldIds: false });
  const key = partnerOf(scene, 'PA-3');
  const act = { kind: 'edit', instance: 'jira-partner', key, field: 'customerReference', value: 'ORDER 4711' };
  await people(scene, act);
  const old = issueIn(scene, 'jira-old', 'PA-3');
  await until(() => [...old.values.values()].includes('ORDER 4711'), 'the original to carry it');
  await runToGate(scene, await scene.start());
  expect([...issueIn(scene, 'jira-new', 'PA-3').values.values()]).toContain('ORDER 4711');
});

it('sends a repair again whose request was lost, though people changed another field of the issue meanwhile', async () => {
  await using scene = await openScene(QUICK);
  await scene.control('POST', 'switches', FORGETFUL);
  const key = partnerOf(scene, 'PA-3');
  await people(scene, { kind: 'edit', instance: 'jira-partner', key, field: 'description', value: 'After the copy' });
  await until(() => descriptionOf(scene, 'jira-old', 'PA-3') === 'After the copy', 'the original to carry it');
  const repair = { instance: 'jira-new', method: 'POST', path: '-PB/resync$', nth: 2 };
  await scene.control('POST', 'faults', { action: 'resetBefore', ...repair });
  const handle = await scene.start();
  const waiting = answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  const isLost = async () => (await ledgerOf(scene, handle)).some(({ subject }) => subject.outcome === 'unknown');
  await until(isLost, 'the request to be lost', 20_000);
  await people(scene, { kind: 'edit', instance: 'jira-partner', key, field: 'summary', value: 'Meanwhile' });
  expect(await waiting).toMatchObject({ state: 'AwaitingApproval' });
  expect(descriptionOf(scene, 'jira-new', 'PA-3')).toBe('After the copy');
});

it('never approves what was changed on both sides in the same moment: nobody can say which is newer', async () => {
  await using scene = await openScene({ ...QUICK, world: 'workaround' });
  await scene.control('POST', 'switches', FORGETFUL);
  const partner = partnerOf(scene, 'PA-3');
  scene.world.original.running = false;
  const now = scene.world.clock.now();
  wrote(scene, 5, 'jira-new', 'PA-3', 'On A', now);
  wrote(scene, 5, 'jira-partner', partner, 'On B', now);
  const held = await answerAll(scene, await start(scene), 'AwaitingApproval', 'NeedsAttention');
  expect(held.blockers).toMatchObject([{ items: [`changedFields: PA-3 <> ${partner}: description`] }]);
});

it('never approves an older value that a resync wrote over a newer one, though both sides hold the same', async () => {
  await using scene = await openScene(QUICK);
  await scene.control('POST', 'switches', { ...FORGETFUL, sendStatusFieldDefault: true });
  const key = partnerOf(scene, 'PA-3');
  await people(scene, { kind: 'edit', instance: 'jira-partner', key, field: 'status', value: 'Done' });
  const carried = () => issueIn(scene, 'jira-old', 'PA-3').history.at(-1)?.items[0]?.toString === 'Done';
  await until(carried, 'the original to carry it');
  const held = await answerAll(scene, await scene.start(), 'AwaitingApproval', 'NeedsAttention');
  expect(held.blockers).toMatchObject([
    { items: [`changedFields: PA-3 <> ${key}: status (an older value stands in place of a newer one)`] },
  ]);
});

const SAME_MOMENT = 'one of two values of the same moment was written over the other';

it.for([
  { on: 'B', what: 'in the same moment as on A', earlier: 0, lost: SAME_MOMENT },
  { on: 'A', what: 'in the same moment as on B', earlier: 0, lost: SAME_MOMENT },
  { on: 'B', what: 'after A', earlier: 2, lost: 'an older value stands in place of a newer one' },
])(
  'never approves a resync over what people wrote on $on $what, where the node that was read did not have it yet',
  async ({ on, earlier, lost }) => {
    await using scene = await openScene({ ...QUICK, world: 'workaround' });
    await scene.control('POST', 'switches', FORGETFUL);
    const partner = partnerOf(scene, 'PA-3');
    const { original } = scene.world;
    const a = { instance: 'jira-new', key: 'PA-3', entries: original.first.entries };
    const b = { instance: 'jira-partner', key: partner, entries: original.second.entries };
    const [unseen, read] = on === 'B' ? [b, a] : [a, b];
    original.running = false;
    const now = scene.world.clock.now();
    wrote(scene, 5 + earlier, read.instance, read.key, 'Read', now);
    const behind = { action: 'stale', instance: unseen.instance, path: '/rest/api/2/(search|issue)', every: 1 };
    await scene.control('POST', 'faults', behind);
    wrote(scene, 5, unseen.instance, unseen.key, 'Not read yet', now);
    // Carried, as far as Backbone knows: nothing but the resync writes the field.
    const entry = unseen.entries.get(unseen.key) ?? expect.fail('no entry');
    entry.lastChangeSeen = now;
    const handle = await start(scene);
    const held = answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
    await until(() => descriptionOf(scene, unseen.instance, unseen.key) === 'Read', 'the resync', 20_000);
    await scene.control('DELETE', 'faults');
    expect((await held).blockers).toMatchObject([
      { items: [`changedFields: PA-3 <> ${partner}: description (${lost})`] },
    ]);
    const again = { kind: 'edit', instance: unseen.instance, key: unseen.key, field: 'description', value: 'On both' };
    await people(scene, again);
    const onBoth = () => descriptionOf(scene, read.instance, read.key) === 'On both';
    await until(onBoth, 'what was written anew to be carried');
    await retry(handle);
    await untilState(handle, 'AwaitingApproval');
  },
);

it('asks about what was made while nothing ran and the start did not carry, until it is carried', async () => {
  await using scene = await openScene({ ...QUICK, world: 'workaround' });
  await scene.control('POST', 'switches', { startSendsUnpaired: false });
  const handle = await start(scene);
  await until(() => !scene.world.original.running, 'the stop', 20_000);
  const made = [];
  for (const instance of ['jira-new', 'jira-partner']) {
    made.push(
      (await scene.control<{ key: string }>('POST', 'people', { action: 'once', kind: 'create', instance })).key,
    );
  }
  const task = await untilTask(scene, handle, 'verify');
  expect(task.seen).toEqual(made.map((key) => `${key} is in no pair`));
  for (const [n, instance] of ['jira-new', 'jira-partner'].entries()) {
    await people(scene, { kind: 'edit', instance, key: made[n] ?? '', field: 'summary', value: 'Carry it' });
  }
  await untilState(handle, 'AwaitingApproval');
  expect(await scene.sandbox.verdict()).toMatchObject({ details: [], newIssues: 2 });
});

it('never approves while what was changed on the old home had not left it when the original was stopped', async () => {
  await using scene = await openScene(QUICK);
  await scene.control('POST', 'switches', FORGETFUL);
  const entry = scene.world.original.first.entries.get('PA-3') ?? expect.fail('no entry');
  entry.lastChangeSeen = scene.world.clock.now();
  wrote(scene, 1, 'jira-old', 'PA-3', 'Nobody but the old home has it');
  const handle = await scene.start();
  const stopped = until(() => !scene.world.original.running, 'the stop', 20_000).then(() => {
    entry.outgoingMessageSequenceId = following(entry.outgoingMessageSequenceId);
  });
  const held = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  await stopped;
  const field = `PA-3 <> ${partnerOf(scene, 'PA-3')}: description`;
  expect(held.blockers).toMatchObject([
    { items: [`changedFields: ${field} (an older value stands in place of a newer one)`] },
  ]);
});

it('does not take summaries for lost changes that the configuration does not carry', async () => {
  await using scene = await openScene(QUICK);
  const { configuration } = scene.world.original;
  configuration.fieldMappings = configuration.fieldMappings.filter(({ firstFieldId }) => firstFieldId !== 'summary');
  await people(scene, { kind: 'edit', instance: 'jira-partner', key: partnerOf(scene, 'PA-3'), field: 'summary' });
  const end = await answerAll(scene, await scene.start(), 'AwaitingApproval', 'NeedsAttention');
  expect(end).toMatchObject({ state: 'AwaitingApproval', blockers: [] });
});
