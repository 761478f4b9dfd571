/**
 * Every step that can be a person's, done by a person who does what its task says, there and back, in both worlds. Nothing is written
 * by request: the sandbox's record has the person's clicks alone.
 */
import type { WorkflowHandle } from '@temporalio/client';
import { it } from 'vitest';
import { BY_PEOPLE } from '../../demo/hands.ts';
import type { RecordEntry } from '../../sandbox/world/record.ts';
import { newOne } from '../migration/gate.ts';
import { onEntry } from '../support/entries.ts';
import { type Deed, doAsTold, LITERAL } from '../support/literalPerson.ts';
import { approve, openScene, REQUESTER, type Scene, send } from '../support/migration.ts';

const WORLDS = ['moved', 'workaround'] as const;
type Named = (typeof WORLDS)[number];

const BACK = { by: REQUESTER, reason: 'CHG-4711 withdrawn' };

async function open(world: Named): Promise<{ scene: Scene; handle: WorkflowHandle }> {
  const scene = await openScene({
    world,
    interval: 40,
    issues: 6,
    ambiguous: false,
    configure: ({ instances, policy }) => {
      policy.deleteOnAttested = true;
      for (const { backbone } of Object.values(instances)) Object.assign(backbone, BY_PEOPLE);
    },
  });
  const workaround = { new: { instance: 'jira-new', projects: {} }, move: undefined };
  return { scene, handle: await scene.start(world === 'moved' ? {} : workaround) };
}

/** Somebody changes the configuration right after the import, so that there is something to correct. */
const changesAfterImport = (scene: Scene): Promise<void> =>
  onEntry(
    scene,
    ({ kind, subject }) => kind === 'step' && subject.step === 'importConfiguration' && subject.result === 'done',
    async () => {
      const members = { comments: { direction: 'NONE' } };
      await scene.control('POST', 'ui/edit-configuration', {
        instance: 'jira-new',
        integrationKey: newOne(scene).key,
        members,
        by: 'ann',
      });
    },
  );

/** Work on both sides under whatever runs. */
async function works({ control, sandbox }: Scene): Promise<void> {
  const { a, b } = sandbox.world.live;
  for (const { instance } of [a, b]) {
    for (const kind of ['edit', 'comment', 'create'])
      await control('POST', 'people', { action: 'once', kind, instance: instance.name });
  }
}

const asked = (deeds: readonly Deed[]): string[] => deeds.map(({ task }) => task);

/** Our requests to Backbone that are no reads. */
const written = (scene: Scene): RecordEntry[] => scene.writes();

const FORWARD = [
  'stopOriginal',
  'createSynchronization',
  'importConfiguration',
  'correctConfiguration',
  'pairIssues',
  'startSynchronization',
  'resyncAToB',
  'resyncBToA',
];

it.concurrent.for(WORLDS)(
  '%s: there, until the original is deleted',
  { timeout: 240_000 },
  async (world, { expect }) => {
    const { scene, handle } = await open(world);
    await using _ = scene;
    const changed = changesAfterImport(scene);
    const gate = await doAsTold(scene, handle, { states: ['AwaitingApproval', 'NeedsAttention'] });
    await changed;
    expect(gate.picture, JSON.stringify(gate.picture.blockers)).toMatchObject({ state: 'AwaitingApproval' });
    const steps = asked(gate.deeds).filter((task) => task !== 'preflight');
    expect([...new Set(steps)]).toEqual(FORWARD);
    for (const { task, clicked } of gate.deeds)
      if (task !== 'preflight') expect([task, clicked.length > 0]).toEqual([task, true]);
    for (const task of ['importConfiguration', 'correctConfiguration', 'pairIssues', 'resyncAToB', 'resyncBToA'])
      expect(gate.deeds.find((deed) => deed.task === task)?.used, task).toHaveLength(1);
    await approve(handle);
    const end = await doAsTold(scene, handle, { states: ['Completed'] });
    expect(end.deeds).toMatchObject([{ task: 'deleteOriginal', clicked: ['delete'] }]);
    expect(written(scene)).toEqual([]);
    expect(await scene.sandbox.verdict()).toMatchObject({
      duplicates: 0,
      lostChanges: 0,
      originalDeleted: true,
      wrongDeletes: 0,
      bothRan: false,
    });
    const clicks = scene.record().filter(({ kind, user }) => kind === 'ui' && user === LITERAL);
    expect(clicks.length).toBeGreaterThan(8);
  },
);

it.concurrent.for(WORLDS)(
  '%s: back from the gate, with what was done meanwhile handed over',
  { timeout: 240_000 },
  async (world, { expect }) => {
    const { scene, handle } = await open(world);
    await using _ = scene;
    await doAsTold(scene, handle, { states: ['AwaitingApproval'] });
    await works(scene);
    await scene.sandbox.verdict();
    await send(handle, 'rollback', BACK);
    const back = await doAsTold(scene, handle, {
      states: ['RolledBack', 'RolledBackWithResidue', 'NeedsAttention', 'Completed'],
      decides: { rollbackDelta: 'handOver' },
    });
    expect(back.picture, JSON.stringify(back.picture.blockers)).toMatchObject({ state: 'RolledBackWithResidue' });
    const clicked = back.deeds.flatMap((deed) => deed.clicked);
    expect(clicked).toEqual(
      world === 'moved' ? ['stop', 'delete', 'start', 'resync'] : ['stop', 'delete', 'pair', 'start'],
    );
    for (const { used } of back.deeds.filter((deed) =>
      deed.clicked.some((page) => page === 'pair' || page === 'resync'),
    ))
      expect(used).toHaveLength(1);
    expect(written(scene)).toEqual([]);
    expect(scene.world.original).toMatchObject({ running: true, deleted: false });
    const verdict = await scene.sandbox.verdict();
    expect(verdict).toMatchObject({ wrongDeletes: 0, bothRan: false });
    if (world === 'workaround')
      expect(verdict, JSON.stringify(verdict.details)).toMatchObject({ duplicates: 0, lostChanges: 0 });
  },
);

it.concurrent.for(WORLDS)(
  '%s: back before the start: what was created is deleted, and the original started',
  { timeout: 240_000 },
  async (world, { expect }) => {
    const { scene, handle } = await open(world);
    await using _ = scene;
    const paired = onEntry(
      scene,
      ({ kind, subject }) => kind === 'step' && subject.step === 'pairIssues' && subject.result === 'done',
      () => send(handle, 'rollback', BACK),
    );
    const back = await doAsTold(scene, handle, { states: ['RolledBack', 'NeedsAttention'] });
    await paired;
    expect(back.picture, JSON.stringify(back.picture.blockers)).toMatchObject({ state: 'RolledBack' });
    const clicked = back.deeds.filter(({ task }) => task.startsWith('back')).flatMap((deed) => deed.clicked);
    expect(clicked).toEqual(['delete', 'start']);
    expect(written(scene)).toEqual([]);
    expect(await scene.sandbox.verdict()).toMatchObject({
      duplicates: 0,
      lostChanges: 0,
      originalDeleted: false,
      bothRan: false,
    });
  },
);

it.concurrent.for(WORLDS)(
  '%s: back from a delete that was asked for, and forward again',
  { timeout: 240_000 },
  async (world, { expect }) => {
    const { scene, handle } = await open(world);
    await using _ = scene;
    await doAsTold(scene, handle, { states: ['AwaitingApproval'] });
    await works(scene);
    await scene.sandbox.verdict();
    // Whoever is asked to delete does not do it yet.
    const asking = onEntry(
      scene,
      ({ kind, subject }) => kind === 'state' && subject.state === 'Deleting',
      () => Promise.resolve(),
    );
    await approve(handle);
    await asking;
    expect(await send(handle, 'rollback', BACK)).toMatchObject({ accepted: true });
    const again = await doAsTold(scene, handle, {
      states: ['AwaitingApproval', 'NeedsAttention'],
      decides: { withdrawDelete: 'goBack', rollbackDelta: 'goForward' },
    });
    expect(again.picture, JSON.stringify(again.picture.blockers)).toMatchObject({ state: 'AwaitingApproval' });
    expect(asked(again.deeds)).toEqual([
      'back withdrawDelete',
      'back startSynchronization',
      'back startSynchronization',
      'startSynchronization',
      'resyncAToB',
      'resyncBToA',
    ]);
    await approve(handle);
    expect((await doAsTold(scene, handle, { states: ['Completed'] })).deeds).toMatchObject([
      { task: 'deleteOriginal' },
    ]);
    expect(written(scene)).toEqual([]);
    expect(await scene.sandbox.verdict()).toMatchObject({
      duplicates: 0,
      lostChanges: 0,
      originalDeleted: true,
      bothRan: false,
    });
  },
);
