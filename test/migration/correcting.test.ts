/** Correcting: the instance's own conflicts decide, what is known is proposed, and a person's choice is part of the record. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { PlanDocument } from '../../src/activities/planDocument.ts';
import type { MappingChange } from '../../src/mapping/translate.ts';
import {
  approve,
  ledgerOf,
  REQUESTER,
  retry,
  runToGate,
  send,
  statusOf,
  until,
  untilState,
} from '../support/migration.ts';
import {
  artifactOf,
  BY_PERSON,
  beforeImport,
  catalogue,
  decisionOf,
  editFields,
  editSeverity,
  importFile,
  MINOR,
  QUESTION,
  TRIVIAL,
  taskOf,
} from './correcting.ts';

const draftWrites = (paths: (string | undefined)[]) =>
  paths.map((path = '') => path.replace(/^.*\/integrations\/[^/]+/, ''));

it('corrects by a draft what the rules know, without a person', async () => {
  await using correcting = await beforeImport();
  const { scene, handle, severity } = correcting;
  await catalogue(correcting, 'deleteOption', { option: TRIVIAL.now });
  const { id } = await catalogue(correcting, 'addOption', { name: 'Trivial' });
  const before = scene.writes().length;
  await importFile(correcting);
  const { steps } = await runToGate(scene, handle);
  expect(severity().values?.map(({ firstOptionId }) => firstOptionId)).toContain(id);
  expect(steps.find(({ step }) => step === 'correctConfiguration')).toMatchObject({ state: 'done', by: 'rest' });
  const asked = (await ledgerOf(scene, handle)).filter(({ subject }) => subject.task === 'correctConfiguration');
  expect(asked).toEqual([]);
  const drafts = scene
    .writes()
    .slice(before)
    .filter(({ path }) => path?.includes('/draft'));
  expect(draftWrites(drafts.map(({ path }) => path))).toEqual(['/draft', '/draft/fieldMappings', '/draft/publish']);
  const { plan } = await artifactOf<PlanDocument>(correcting, 'planArtifact');
  expect(plan.steps.find(({ step }) => step === 'correctConfiguration')).toMatchObject({
    by: 'rest',
    does: expect.stringContaining('put right by a draft'),
  });
  const { observations } = await artifactOf<{ observations: { changes: MappingChange[] } }>(correcting, 'evidence');
  expect(observations.changes).toContainEqual(
    expect.objectContaining({ old: TRIVIAL.old, new: id, rule: 'option set' }),
  );
}, 90_000);

it('asks for what the rules do not know, with all that is known, and carries the answer out', async () => {
  await using correcting = await beforeImport();
  const { scene, handle, severity } = correcting;
  await catalogue(correcting, 'deleteOption', { option: TRIVIAL.now });
  await importFile(correcting);
  const task = await taskOf(scene, handle, 'correctConfiguration');
  const words = task.clicks.join('\n');
  expect(words).toContain(`Option ${TRIVIAL.now} of ${TRIVIAL.field} does not exist`);
  expect(words).toContain('Tab Fields - Mappings.');
  expect(words).toMatch(/was 10304 on jira-old and became 10713 \(option set: the only one named "Trivial"/);
  expect(words).toContain('Now no rule has an answer');
  const question = task.questions.find(({ id }) => id === QUESTION);
  expect(question).toMatchObject({ optional: true });
  expect(question?.choices.map(({ value }) => value).sort()).toEqual(['10710', '10711', MINOR]);
  const translated = await artifactOf<object>(correcting, 'translated');

  const wrong = { by: REQUESTER, task: task.id, answers: { [QUESTION]: '1' } };
  expect((await send(handle, 'answer', wrong)).accepted).toBe(false);
  const answer = await send(handle, 'answer', { ...wrong, answers: { [QUESTION]: MINOR } });
  expect(answer).toMatchObject({ accepted: true });
  await runToGate(scene, handle);
  expect(severity().values).toContainEqual({ firstOptionId: MINOR, secondOptionId: TRIVIAL.partner });
  expect(await artifactOf<object>(correcting, 'translated')).not.toEqual(translated);
  expect((await decisionOf(correcting)).deviations).toBeUndefined();
  const { observations } = await artifactOf<{ observations: { changes: MappingChange[] } }>(correcting, 'evidence');
  expect(observations.changes).toContainEqual(
    expect.objectContaining({ old: TRIVIAL.old, new: MINOR, rule: 'decided answer' }),
  );
}, 90_000);

it('takes what a person accepted for wanted, names it in the evidence, and still sees what is changed later', async () => {
  await using correcting = await beforeImport(BY_PERSON);
  const { scene, handle, severity } = correcting;
  await catalogue(correcting, 'deleteOption', { option: TRIVIAL.now });
  await importFile(correcting);
  const values = (severity().values ?? []).filter(({ firstOptionId }) => firstOptionId !== TRIVIAL.now);
  await editSeverity(correcting, { values });
  await taskOf(scene, handle, 'correctConfiguration');
  const keep = (question: { id: string }) => question.id.startsWith('keep:');
  const { tasks } = await askedAgain(correcting, (task) => task.questions.some(keep));
  const question = tasks[0]?.questions.find(keep);
  const answer = { by: REQUESTER, task: 'correctConfiguration', answers: { [question?.id ?? '']: 'keep' } };
  expect(await send(handle, 'answer', answer)).toMatchObject({ accepted: true });
  const { steps } = await runToGate(scene, handle);
  expect(steps.find(({ step }) => step === 'correctConfiguration')?.note).toContain('accepted as it stands');
  const pair = { firstOptionId: TRIVIAL.now, secondOptionId: TRIVIAL.partner };
  expect((await decisionOf(correcting)).deviations).toEqual([
    {
      path: `fieldMappings[${TRIVIAL.field}|customfield_10207].values[${TRIVIAL.now}|${TRIVIAL.partner}]`,
      wanted: pair,
      live: null,
      entry: expect.any(Number),
      actor: expect.stringMatching(/^[0-9a-f]{64}$/),
      by: REQUESTER,
    },
  ]);

  await editSeverity(correcting, { values: values.slice(1) });
  expect(await approve(handle)).toMatchObject({ accepted: true });
  const { blockers } = await untilState(handle, 'NeedsAttention');
  expect(blockers[0]?.items.join()).toContain('differs from the translated configuration: fieldMappings[');
  expect(scene.world.synchronizations).toContain(scene.world.original);

  // Back at what was accepted it is proved and approved anew.
  const { deviations } = await decisionOf(correcting);
  await editSeverity(correcting, { values });
  await send(handle, 'retry', { by: REQUESTER });
  await untilState(handle, 'AwaitingApproval');
  expect((await decisionOf(correcting)).deviations).toEqual(deviations);
  expect(await approve(handle)).toMatchObject({ accepted: true });
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
}, 120_000);

it('keeps what was accepted and what was decided when another run takes over', async () => {
  await using correcting = await beforeImport({
    configure: ({ instances }) => {
      const { 'jira-new': home } = instances;
      if (home) Object.assign(home.backbone, { importConfiguration: 'person', pairIssues: 'person' });
    },
  });
  const { scene, handle, severity } = correcting;
  await catalogue(correcting, 'deleteOption', { option: TRIVIAL.now });
  await importFile(correcting);
  // Minor for Trivial, and Critical is not carried any more.
  const values = (severity().values ?? []).slice(1).map((pair) => ({
    ...pair,
    firstOptionId: pair.firstOptionId === TRIVIAL.now ? MINOR : pair.firstOptionId,
  }));
  await editSeverity(correcting, { values });
  await taskOf(scene, handle, 'correctConfiguration');
  const isKeep = ({ id }: { id: string }) => id.startsWith('keep:') && id.includes('.values[10710|');
  const { tasks } = await askedAgain(correcting, (task) => task.questions.some(isKeep));
  const keep = tasks[0]?.questions.find(isKeep)?.id ?? '';
  const answers = { [keep]: 'keep', [QUESTION]: MINOR };
  expect(await send(handle, 'answer', { by: REQUESTER, task: 'correctConfiguration', answers })).toMatchObject({
    accepted: true,
  });
  await until(handle, ({ step }) => step === 'pairIssues', 'the pairing');

  await handle.terminate('its cluster is gone');
  const next = await scene.start();
  await taskOf(scene, next, 'pairIssues');
  await runToGate(scene, next);
  const { deviations, configuration } = await decisionOf({ ...correcting, handle: next });
  expect(deviations?.map(({ path, by }) => [path, by])).toEqual([
    [expect.stringContaining('.values[10710|'), REQUESTER],
  ]);
  expect(JSON.stringify(await scene.store.artifacts.getJson(configuration.translated))).not.toContain(TRIVIAL.now);
  expect(severity().values).toEqual(values);
}, 120_000);

it('translates again with the value that a person chose in the pages', async () => {
  await using correcting = await beforeImport();
  const { scene, handle, severity } = correcting;
  await catalogue(correcting, 'deleteOption', { option: TRIVIAL.now });
  await importFile(correcting);
  const chosen = (severity().values ?? []).map((pair) =>
    pair.firstOptionId === TRIVIAL.now ? { ...pair, firstOptionId: MINOR } : pair,
  );
  await editSeverity(correcting, { values: chosen });
  await taskOf(scene, handle, 'correctConfiguration');
  const { tasks } = await askedAgain(correcting, (task) => task.questions.some(({ id }) => id.startsWith('keep:')));
  expect(tasks[0]?.questions.map(({ id }) => id)).toContain(QUESTION);
  const answer = { by: REQUESTER, task: 'correctConfiguration', answers: { [QUESTION]: MINOR } };
  expect(await send(handle, 'answer', answer)).toMatchObject({ accepted: true });
  await runToGate(scene, handle);
  const decision = await decisionOf(correcting);
  expect(decision.deviations).toBeUndefined();
  const { fieldMappings } = await scene.store.artifacts.getJson<{ fieldMappings: { values?: object[] }[] }>(
    decision.configuration.translated,
  );
  expect(fieldMappings.flatMap(({ values = [] }) => values)).toContainEqual({
    firstOptionId: MINOR,
    secondOptionId: TRIVIAL.partner,
  });
}, 90_000);

it('refuses an answer that changes nothing, and what was decided before stands again', async () => {
  await using correcting = await beforeImport({ ...BY_PERSON, ambiguous: true });
  const { scene, handle } = correcting;
  await importFile(correcting);
  await editFields(correcting, ({ firstFieldId, ...one }) => ({
    ...one,
    firstFieldId: firstFieldId === 'customfield_10321' ? 'customfield_10299' : firstFieldId,
  }));
  await taskOf(scene, handle, 'correctConfiguration');
  const id = 'field:customfield_10106@jira-old->jira-new';
  const asks = (task: { questions: { id: string }[] }) => task.questions.some((question) => question.id === id);
  await askedAgain(correcting, asks);
  const answer = { by: REQUESTER, task: 'correctConfiguration', answers: { [id]: 'customfield_10321' } };
  expect(await send(handle, 'answer', answer)).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('the check does not agree'),
  });
  await send(handle, 'retry', { by: REQUESTER });
  const { tasks } = await askedAgain(correcting, asks);
  expect(tasks[0]?.questions.find((question) => question.id === id)?.text).toContain(
    `customfield_10321 would be it: answer to ${id}`,
  );
}, 60_000);

it('never writes over what a person chose', async () => {
  await using correcting = await beforeImport();
  const { scene, handle, severity } = correcting;
  await importFile(correcting);
  const values = (severity().values ?? []).slice(1);
  await editSeverity(correcting, { values });
  const task = await taskOf(scene, handle, 'correctConfiguration').catch(() => undefined);
  const before = scene.writes().length;
  if (task) await send(handle, 'retry', { by: REQUESTER });
  await askedAgain(correcting, ({ questions }) => questions.some(({ id }) => id.startsWith('keep:')));
  expect(scene.writes().slice(before)).toEqual([]);
  expect(severity().values).toEqual(values);
}, 90_000);

it.each(['{"kind":"BAC-4711","severity":"odd"}', 'Something is wrong somewhere'])(
  'shows a conflict of a kind nobody knows as it came, and waits until the instance reports none: %s',
  async (conflict) => {
    await using correcting = await beforeImport();
    const { scene, handle } = correcting;
    await scene.control('POST', 'switches', { unknownConflicts: [conflict] });
    await importFile(correcting);
    const task = await taskOf(scene, handle, 'correctConfiguration');
    expect(task.clicks).toContain(`The instance reports: ${conflict} What it is about is not known here.`);
    expect(task.questions).toEqual([]);
    const done = { by: REQUESTER, task: task.id, answers: { done: true } };
    expect((await send(handle, 'answer', done)).accepted).toBe(false);
    await scene.control('POST', 'switches', { unknownConflicts: [] });
    await corrected(handle);
    await runToGate(scene, handle);
  },
  90_000,
);

it.each(['texts', 'codes', 'wrapped'])(
  'finds what a conflict is about in any shape: %s',
  async (conflictShape) => {
    await using correcting = await beforeImport();
    const { scene, handle } = correcting;
    await scene.control('POST', 'switches', { conflictShape });
    await catalogue(correcting, 'deleteOption', { option: TRIVIAL.now });
    await importFile(correcting);
    const { clicks, questions } = await taskOf(scene, handle, 'correctConfiguration');
    expect(clicks.join()).toContain('was 10304 on jira-old and became 10713');
    expect(questions.map(({ id }) => id)).toEqual([QUESTION]);
  },
  60_000,
);

it.each([
  { what: 'reset after the effect', action: 'resetAfter', times: 1 },
  { what: 'reset before any effect', action: 'resetBefore', times: 2 },
])(
  'settles each write of a correction by reading when its answer is lost: $what',
  async ({ action, times }) => {
    await using correcting = await beforeImport();
    const { scene, handle, severity } = correcting;
    await catalogue(correcting, 'deleteOption', { option: TRIVIAL.now });
    const { id } = await catalogue(correcting, 'addOption', { name: 'Trivial' });
    const before = scene.writes().length;
    await scene.control('POST', 'faults', [
      { action, instance: 'jira-new', method: 'POST', path: '/draft$', nth: 1 },
      { action, instance: 'jira-new', method: 'PUT', path: '/draft/fieldMappings$', nth: 1 },
      { action, instance: 'jira-new', method: 'POST', path: '/draft/publish$', nth: 1 },
    ]);
    await importFile(correcting);
    await runToGate(scene, handle);
    expect(severity().values?.filter(({ firstOptionId }) => firstOptionId === id)).toHaveLength(1);
    const effects = scene
      .writes()
      .slice(before)
      .filter(({ path }) => path?.endsWith('/draft/fieldMappings'));
    expect(effects).toHaveLength(times);
    const outcomes = (await ledgerOf(scene, handle))
      .filter(({ kind, subject }) => kind === 'outcome' && subject.step === 'correctConfiguration')
      .map(({ subject }) => subject.outcome);
    expect(outcomes).toContain(times === 1 ? 'present' : 'absent');
  },
  120_000,
);

it('makes no second draft because a node that is behind does not have the first', async () => {
  await using correcting = await beforeImport();
  const { scene, handle } = correcting;
  await catalogue(correcting, 'deleteOption', { option: TRIVIAL.now });
  await catalogue(correcting, 'addOption', { name: 'Trivial' });
  const before = scene.writes().length;
  const refused = { action: 'status', status: 400, instance: 'jira-new', method: 'PUT', path: '/draft/fieldMappings$' };
  await scene.control('POST', 'faults', [{ ...refused, count: 1 }]);
  await importFile(correcting);
  await untilState(handle, 'NeedsAttention');
  await scene.control('POST', 'faults', [
    {
      action: 'status',
      status: 404,
      instance: 'jira-new',
      method: 'GET',
      path: '/draft$',
      count: 2,
      headers: { 'X-AREQUESTID': '1x1x1' },
    },
  ]);
  await retry(handle);
  await runToGate(scene, handle);
  const drafts = scene
    .writes()
    .slice(before)
    .filter(({ method, path = '' }) => method === 'POST' && path.endsWith('/draft'));
  expect(drafts).toHaveLength(1);
}, 120_000);

it('touches no draft that somebody left, and says what is in it', async () => {
  await using correcting = await beforeImport();
  const { scene, handle, newOne } = correcting;
  await catalogue(correcting, 'deleteOption', { option: TRIVIAL.now });
  await catalogue(correcting, 'addOption', { name: 'Trivial' });
  // A careless colleague edits in a draft at the same moment.
  newOne().draft = { ...structuredClone(newOne().configuration), comments: { direction: 'NONE', type: 'enriched' } };
  await importFile(correcting);
  const task = await taskOf(scene, handle, 'correctConfiguration');
  expect(task.clicks[0]).toContain('Somebody left a draft');
  expect(task.clicks[0]).toContain('It changes comments.direction');
  expect(task.seen.join()).toContain('conflict in the draft');
  expect(newOne().draft?.comments.direction).toBe('NONE');
  delete newOne().draft;
  await corrected(handle);
  await runToGate(scene, handle);
}, 90_000);

it('leaves no draft of its own when the instance refuses to publish it, and asks for all of it', async () => {
  await using correcting = await beforeImport();
  const { scene, handle, newOne, severity } = correcting;
  await catalogue(correcting, 'deleteOption', { option: TRIVIAL.now });
  await catalogue(correcting, 'deleteOption', { option: MINOR });
  const { id } = await catalogue(correcting, 'addOption', { name: 'Trivial' });
  await scene.control('POST', 'switches', { publishRefusesConflicts: true });
  await importFile(correcting);
  const task = await taskOf(scene, handle, 'correctConfiguration');
  expect(newOne().draft).toBeUndefined();
  expect(task.clicks[0]).toContain('was refused when it was to be published, and was discarded');
  expect(task.clicks.join()).toMatch(new RegExp(`Now the rules say ${id} .*: choose that`));
  // All of it by hand at once: what the rules know, and another value for the one that nobody knows.
  const values = (severity().values ?? []).map(({ firstOptionId, ...pair }) => ({
    ...pair,
    firstOptionId: firstOptionId === TRIVIAL.now ? id : firstOptionId === MINOR ? '10711' : firstOptionId,
  }));
  await editSeverity(correcting, { values });
  const answers = { 'option:customfield_10105/10303@jira-old->jira-new': '10711' };
  expect((await send(handle, 'answer', { by: REQUESTER, task: task.id, answers })).accepted).toBe(true);
  await runToGate(scene, handle);
}, 90_000);

const corrected = (handle: Parameters<typeof until>[0]) =>
  until(handle, ({ step, tasks }) => step !== 'correctConfiguration' && tasks.length === 0, 'the end of correcting');

/** Somebody looks again: a task that is open keeps its words until then. */
async function askedAgain(
  { handle }: Awaited<ReturnType<typeof beforeImport>>,
  isIt: (task: { questions: { id: string }[] }) => boolean,
) {
  const seen = ({ tasks: [task] }: { tasks: { step: string; questions: { id: string }[] }[] }) =>
    task?.step === 'correctConfiguration' && isIt(task);
  for (let now = await statusOf(handle); now && !seen(now); now = await statusOf(handle)) {
    await send(handle, 'retry', { by: REQUESTER });
    await sleep(200);
  }
  return until(handle, seen, 'the task with its questions');
}
