/** Files that people attach while neither synchronization runs are on both sides in the end, or named. */
import { it } from 'vitest';
import type { Evidence } from '../../src/evidence/types.ts';
import { start } from '../rollback/workaround.ts';
import { answerAll, openScene, REQUESTER, type Scene, send, until } from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';

const MINUTES = { timeout: 120_000 };

/** Neither runs until a person pairs the issues. */
async function whileNothingRuns(direction: 'EACH_OTHER' | 'SECOND_TO_FIRST') {
  const scene = await openScene({
    ...{ world: 'workaround', interval: 40, issues: 6, ambiguous: false },
    configure: ({ instances }) => {
      if (instances['jira-new']) instances['jira-new'].backbone.pairIssues = 'person';
    },
  });
  scene.world.original.configuration.attachments = { direction };
  const handle = await start(scene);
  await untilTask(scene, handle, 'pairIssues');
  return { scene, handle };
}

const attach = (scene: Scene, instance: string, key: string, value: string) =>
  scene.control('POST', 'people', { action: 'once', kind: 'attach', instance, key, value });

const partnerOf = ({ world }: Scene, key: string): string => {
  const entry: unknown = world.original.first.entries.get(key);
  return String(typeof entry === 'object' && entry !== null && Reflect.get(entry, 'remoteIssueKey'));
};

it.concurrent(
  'a file of either side is asked about until it is on the other side by its name',
  MINUTES,
  async ({ expect }) => {
    const { scene, handle } = await whileNothingRuns('EACH_OTHER');
    await using _ = scene;
    const [onB, ofB] = [partnerOf(scene, 'PA-3'), partnerOf(scene, 'PA-4')];
    await attach(scene, 'jira-new', 'PA-3', 'photo.png');
    await attach(scene, 'jira-partner', ofB, 'plan.pdf');
    const task = await untilTask(scene, handle, 'verify');
    expect(task.questions.map(({ id }) => id)).toEqual(['files']);
    expect(task.questions[0]?.text).toContain(
      `PA-3 of jira-new/PA: file photo.png; ${ofB} of jira-partner/PB: file plan.pdf`,
    );
    await attach(scene, 'jira-partner', onB, 'photo.png');
    await attach(scene, 'jira-new', 'PA-4', 'plan.pdf');
    await until(handle, ({ state }) => state === 'AwaitingApproval', 'the gate');
  },
);

it.concurrent(
  'one that stays on its side is a risk in the decision, and what no direction carries is not asked about',
  MINUTES,
  async ({ expect }) => {
    const { scene, handle } = await whileNothingRuns('SECOND_TO_FIRST');
    await using _ = scene;
    const ofB = partnerOf(scene, 'PA-4');
    await attach(scene, 'jira-new', 'PA-3', 'photo.png');
    await attach(scene, 'jira-partner', ofB, 'plan.pdf');
    const asked = await untilTask(scene, handle, 'verify');
    expect(asked.questions[0]?.text).not.toContain('photo.png');
    await send(handle, 'answer', { by: REQUESTER, task: 'verify', answers: { files: 'accept' } });
    const gate = await until(handle, ({ state }) => state === 'AwaitingApproval', 'the gate');
    const { decision } = await scene.store.artifacts.getJson<Evidence>(gate.evidence ?? '');
    expect(decision.acceptedRisks).toContainEqual(expect.objectContaining({ id: 'files', answer: 'accept' }));
  },
);

it.concurrent(
  'on the way back it is named where the original may carry it a second time',
  MINUTES,
  async ({ expect }) => {
    const { scene, handle } = await whileNothingRuns('EACH_OTHER');
    await using _ = scene;
    await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
    await attach(scene, 'jira-new', 'PA-3', 'under the new one.png');
    await send(handle, 'rollback', { by: REQUESTER, reason: 'CHG-4711 withdrawn' });
    const { tasks } = await until(handle, ({ tasks }) => tasks.length > 0, 'the choice');
    await send(handle, 'answer', { by: REQUESTER, task: tasks[0]?.id, answers: { rollbackDelta: 'handOver' } });
    const end = await until(handle, ({ state }) => state.startsWith('RolledBack'), 'the end');
    expect(end.rollback?.residue).toContainEqual(expect.stringContaining('Files were attached to PA-3 of jira-new/PA'));
  },
);
