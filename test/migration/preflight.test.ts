import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ledgerOf, openScene, runToGate, type Scene, type SceneOptions, untilState } from '../support/migration.ts';
import { until } from '../support/processes.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { refusalsOf } from './refused.ts';

type Changes = Parameters<Scene['start']>[0];

it('words its questions from the very reading that found them, while people work', async () => {
  await using scene = await openScene();
  const handle = await scene.start();
  const { tasks } = await untilState(handle, 'WaitingForPerson');
  const [task] = tasks;
  expect(task?.seen).toEqual(task?.questions.map(({ text }) => text));
  // A second reading could find another world: questions that nobody was told of, or none.
  const asked = (await ledgerOf(scene, handle)).find(({ subject }) => subject.result === 'task');
  const readings = scene
    .record()
    .filter(({ kind, method, path }) => kind === 'request' && method === 'GET' && path?.endsWith('/INT-16/conflicts'));
  expect(readings.filter(({ at }) => at <= Date.parse(asked?.at ?? ''))).toHaveLength(1);
});

interface Defect {
  promise: string;
  options?: SceneOptions;
  plant?: (scene: Scene) => unknown;
  start?: Changes;
  code: string;
  /** In reason or items. */
  names: string[];
}

const DEFECTS: Defect[] = [
  {
    promise: 'never stops an original with issues in error',
    plant: issueInError,
    code: 'IssuesInError',
    names: ['1 issues', 'jira-old/INT-16'],
  },
  {
    promise: 'never migrates a configuration that has conflicts',
    plant: ({ world }) => {
      const [summary] = world.original.configuration.fieldMappings;
      if (summary) summary.secondFieldId = 'customfield_99999';
    },
    code: 'Conflicts',
    names: ['customfield_99999'],
  },
  {
    promise: 'never stops an original whose partner is offline',
    plant: ({ world }) => {
      if (world.original.second.application) world.original.second.application.password = 'rotated';
    },
    code: 'ConnectorOffline',
    names: ['jira-old/INT-16'],
  },
  {
    promise: 'says which synchronization does not exist',
    start: { original: { instance: 'jira-old', synchronization: 'INT-99' } },
    code: 'OriginalAbsent',
    names: ['jira-old/INT-99'],
  },
  {
    promise: 'does not begin over email or file exchange',
    plant: ({ world }) => {
      delete world.original.second.application;
    },
    code: 'NoConfigurationExport',
    names: ['CON-49-PB'],
  },
  {
    promise: 'names the address of an instance that is not configured',
    options: {
      configure: ({ instances }) => {
        delete instances['jira-partner'];
      },
    },
    code: 'UnknownInstance',
    names: ['http://127.0.0.1:', 'CON-49-PB'],
  },
  {
    promise: 'names a new home on an instance that is not configured',
    start: { new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-elsewhere/PA' } } },
    code: 'UnknownInstance',
    names: ['jira-elsewhere/PA'],
  },
  {
    promise: 'never creates anything for a project that is not there',
    start: { new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/GONE' } } },
    code: 'ProjectAbsent',
    names: ['jira-new/GONE'],
  },
  {
    promise: 'says which permission is missing on the new home',
    plant: ({ world }) => demote(world, 'jira-new'),
    code: 'MissingPermissions',
    names: ['jira-new/PA: ADMINISTER_PROJECTS'],
  },
  {
    promise: 'says so when our user may not look into Backbone where the original is',
    plant: ({ world }) => demote(world, 'jira-old'),
    code: 'MissingPermissions',
    names: ['jira-old'],
  },
  {
    promise: 'never adds a second synchronization between the same projects',
    plant: ({ control }) => control('POST', 'ui/create', LEFTOVER),
    code: 'AlreadySynchronized',
    names: ['INT-5'],
  },
  {
    promise: 'does not rebuild a synchronization where it is',
    start: { new: { instance: 'jira-old', projects: {} }, move: undefined },
    code: 'NothingWouldChange',
    names: [],
  },
  {
    promise: 'does not configure a synchronization on an instance that has neither project',
    start: { new: { instance: 'jira-new', projects: {} }, move: undefined },
    code: 'NoSideOnNewInstance',
    names: ['jira-old/PA', 'jira-partner/PB', 'jira-new'],
  },
  {
    promise: 'does not follow a partner that moved as well',
    start: { new: { instance: 'jira-old', projects: { 'jira-partner/PB': 'jira-new/PB' } } },
    code: 'PartnerMoved',
    names: ['jira-partner/PB', 'jira-new/PB'],
  },
  {
    promise: 'names a project that is no side of the original',
    start: { new: { instance: 'jira-new', projects: { 'jira-old/OTHER': 'jira-new/PA' } } },
    code: 'ProjectNotPart',
    names: ['jira-old/OTHER'],
  },
  {
    promise: 'does not begin what nobody could approve',
    options: {
      configure: ({ policy }) => {
        policy.approvers = ['kim@example.com'];
      },
    },
    code: 'NoApprover',
    names: ['1 approval is', '0 people'],
  },
  {
    promise: 'does not begin what nobody would work on',
    options: { instancesWithWorkers: ['jira-old', 'jira-partner'] },
    code: 'NoWorker',
    names: ['instance-jira-new', 'instance-jira-new-bulk'],
  },
  {
    promise: 'never carries over a pair that one connector alone holds',
    plant: ({ world }) => world.original.second.entries.delete('PB-4'),
    code: 'PairsNotMirrored',
    names: ['PA-1 <> PB-4'],
  },
];

it('waits for a worker that is just starting', async () => {
  await using scene = await openScene({ instancesWithWorkers: ['jira-old', 'jira-partner'] });
  const handle = await scene.start();
  // Preflight has read everything else by then and looks for workers.
  await until(() => scene.record().some(({ path }) => path?.includes('mypermissions')), 'preflight to read');
  await sleep(1000);
  await scene.work(['jira-new']);
  await untilState(handle, 'WaitingForPerson');
});

it.each(DEFECTS)('$promise ($code)', { timeout: 60_000 }, async ({ options, plant, start, code, names }) => {
  await using scene = await openScene(options);
  await plant?.(scene);
  const refusals = await refusalsOf(scene, await scene.start(start));
  expect(Object.keys(refusals)).toContain(code);
  const text = JSON.stringify(refusals[code]);
  for (const name of names) expect(text).toContain(name);
  expect(scene.world.original).toMatchObject({ running: true, deleted: false });
});

it('says everything that stands against it at once', async () => {
  await using scene = await openScene({
    configure: ({ policy }) => {
      policy.required = 2;
    },
  });
  await issueInError(scene);
  await scene.control('POST', 'ui/create', LEFTOVER);
  scene.world.original.second.entries.delete('PB-4');
  const refusals = await refusalsOf(scene, await scene.start());
  expect(Object.keys(refusals).sort()).toEqual([
    'AlreadySynchronized',
    'IssuesInError',
    'NoApprover',
    'PairsNotMirrored',
  ]);
});

it('begins once what stood against it is mended', async () => {
  await using scene = await openScene();
  const { entries } = scene.world.original.second;
  const mirror = entries.get('PB-4');
  entries.delete('PB-4');
  await refusalsOf(scene, await scene.start());
  if (mirror) entries.set('PB-4', mirror);
  await untilState(await scene.start(), 'WaitingForPerson');
});

it.for(['jira-new', 'jira-partner'])(
  'plans that a person creates the new one where the configuration names no sync user of %s',
  async (name) => {
    await using scene = await openScene({
      issues: 4,
      ambiguous: false,
      configure: ({ instances }) => {
        const side = instances[name];
        if (side) side.syncUser = null;
      },
    });
    const handle = await scene.start();
    await untilTask(scene, handle, 'createSynchronization');
    await runToGate(scene, handle);
    const { steps } = await untilState(handle, 'AwaitingApproval');
    expect(steps.find(({ step }) => step === 'createSynchronization')).toMatchObject({ by: 'person' });
  },
);

const LEFTOVER = {
  instance: 'jira-new',
  firstProject: 'PA',
  secondProject: 'PB',
  secondInstance: 'jira-partner',
  summary: 'left over',
  by: 'ben',
};

function demote(world: Scene['world'], instance: string): void {
  const user = world.instances.get(instance)?.users.get('migrator');
  if (user) user.admin = false;
}

/** A change that the old home cannot take. */
async function issueInError({ control, world }: Scene): Promise<void> {
  await control('POST', 'switches', { failIssues: ['jira-old/PA-1'] });
  const act = {
    action: 'once',
    kind: 'edit',
    instance: 'jira-partner',
    key: 'PB-4',
    field: 'summary',
    value: 'Unwelcome',
  };
  await control('POST', 'people', act);
  await until(() => world.original.first.held.size > 0, 'an issue in error');
}
