/** Comments that nobody can match are a person's to decide, before anything is paired: none is doubled, none is lost. */
import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';
import type { Comment } from '../../sandbox/world/model.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import {
  approve,
  openScene,
  REQUESTER,
  retry,
  runToGate,
  type Scene,
  type SceneOptions,
  send,
  until,
  untilState,
} from '../support/migration.ts';
import { until as eventually } from '../support/processes.ts';
import { again, expectOneChain } from '../takeover/again.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { issueIn, people } from './defects.ts';
import { deletesOf, newOne } from './gate.ts';

const QUICK = { interval: 40, issues: 6, ambiguous: false } as const;
/** Its partner is PB-4; anna and carla wrote on A, somebody on B. */
const KEY = 'PA-1';
const [ANNA, CARLA] = ['seed-1-comment-1', 'seed-1-comment-2'];

const commentsOf = (scene: Scene, instance: string, key = KEY) => issueIn(scene, instance, key).comments;

function commentOf(scene: Scene, instance: string, origin: string, key = KEY): Comment {
  return commentsOf(scene, instance, key).find((each) => each.origin === origin) ?? expect.fail(`no ${origin}`);
}

const stripped = (scene: Scene, origin: string) => {
  for (const instance of ['jira-new', 'jira-partner']) {
    const key = instance === 'jira-new' ? KEY : 'PB-4';
    const same = commentsOf(scene, instance, key).filter((each) => each.origin === origin);
    expect([instance, origin, same.length]).toEqual([instance, origin, 1]);
  }
};

interface Asked {
  id: string;
  about: string;
  rows: string[][];
  digest: string;
}

/** Runs until people are asked about comments. By then nothing is paired, and the new one never ran. */
async function asked(scene: Scene, handle: WorkflowHandle, not?: string): Promise<Asked> {
  let task = await untilTask(scene, handle, 'pairIssues');
  if (not) {
    const { tasks } = await until(handle, (one) => (one.tasks[0]?.files[0]?.digest ?? not) !== not, 'another list');
    task = tasks[0] ?? expect.fail();
  }
  expect(task.questions.map(({ id }) => id)).toEqual(['comments']);
  const digest = task.files[0]?.digest ?? expect.fail('no list');
  const pieces: Uint8Array[] = [];
  for await (const piece of scene.store.artifacts.get(digest)) pieces.push(piece);
  const lines = Buffer.concat(pieces).toString().trimEnd().split('\r\n').slice(1);
  nothingPaired(scene);
  const { about = '' } = task.questions[0] ?? {};
  return { id: digest.slice(0, 8), about, rows: lines.map((line) => line.split(',')), digest };
}

function nothingPaired(scene: Scene): void {
  expect(newOne(scene)).toMatchObject({ running: false });
  expect(newOne(scene).firstStartedAt).toBeUndefined();
  expect([newOne(scene).first.entries.size, newOne(scene).second.entries.size]).toEqual([0, 0]);
  expect(deletesOf(scene)).toEqual([]);
}

/** `about`: of the question as it was read. */
const answer = (handle: WorkflowHandle, comments: string, about?: string) =>
  send(handle, 'answer', {
    ...{ by: REQUESTER, task: 'pairIssues', answers: { comments } },
    ...(about ? { about: { comments: about } } : {}),
  });

const refused = async (scene: Scene, handle: WorkflowHandle, comments: string, about?: string): Promise<string> => {
  const { accepted, reason } = await answer(handle, comments, about);
  expect([comments, accepted]).toEqual([comments, false]);
  nothingPaired(scene);
  return reason;
};

const file = (scene: Scene, text: string) => scene.store.artifacts.put(Buffer.from(text), 'text/csv');

/** To the end, with the risks that the approved decision names. */
async function toGoodEnd(scene: Scene, handle: WorkflowHandle, accepted: string[]): Promise<void> {
  const { evidence } = await runToGate(scene, handle);
  const { decision } = await scene.store.artifacts.getJson<Evidence>(evidence ?? '');
  const about = decision.acceptedRisks.filter(({ id }) => id === 'comments').map((risk) => risk.answer);
  expect(about).toEqual(accepted.length === 0 ? [] : [accepted.join(', then ')]);
  expect(await approve(handle)).toMatchObject({ accepted: true });
  await handle.result();
  const verdict = await scene.sandbox.verdict();
  expect(verdict.details).toEqual([]);
  expect(verdict).toMatchObject({ lostChanges: 0, duplicates: 0, originalDeleted: true, wrongDeletes: 0, inError: 0 });
}

const opened = (options: SceneOptions = {}) => openScene({ ...QUICK, ...options });

it('a text that was edited after the copy: stale, wrong and half answers change nothing, its candidate is taken', async () => {
  await using scene = await opened();
  commentOf(scene, 'jira-new', ANNA).body += ' (edited)';
  const { id: old } = commentOf(scene, 'jira-old', ANNA);
  const { id: now } = commentOf(scene, 'jira-new', ANNA);
  const handle = await scene.start();
  const { id, rows } = await asked(scene, handle);
  expect(rows.map((row) => row.slice(0, 5))).toEqual([
    [old, '', 'old', KEY, 'anna'],
    [now, '', 'new', KEY, 'anna'],
  ]);
  expect(await refused(scene, handle, 'leave out 00000000')).toContain('neither of the answers');
  expect(await refused(scene, handle, 'candidates', '0'.repeat(64))).toContain('has changed since you read it');
  expect(await refused(scene, handle, 'f'.repeat(64))).toContain('the store has no file');
  expect(await refused(scene, handle, await file(scene, 'key,value\nPA-1,x\n'))).toContain('has no columns');
  const half = await refused(scene, handle, await file(scene, `comment,value,on\n${old},${old},old\n`));
  expect(half).toContain(`comments.csv:2 says ${old} for comment ${old}`);
  expect(half).toContain(`comments.csv:1 lacks comment ${now} of new`);
  const lines = Array.from({ length: 60_000 }, (_, n) => `${n + 100_000},leave out,old\n`);
  const many = await refused(scene, handle, await file(scene, `comment,value,on\n${lines.join('')}`));
  expect(many).toContain('comments.csv:2 names comment 100000 of old, which is not asked about');
  expect(many).toMatch(/and 59,?\d+ more problems\.$/);
  expect(await answer(handle, 'candidates')).toMatchObject({ accepted: true });
  await toGoodEnd(scene, handle, [`candidates ${id}`]);
  stripped(scene, ANNA);
}, 60_000);

it('a comment whose author is another on the new home, decided by a file of a spreadsheet', async () => {
  await using scene = await opened();
  commentOf(scene, 'jira-new', CARLA).author = 'former-user';
  const { id: old } = commentOf(scene, 'jira-old', CARLA);
  const { id: now } = commentOf(scene, 'jira-new', CARLA);
  const handle = await scene.start();
  expect((await asked(scene, handle)).rows[0]?.at(-1)).toBe(`${now}: author differs`);
  const digest = await file(scene, `\uFEFFon;comment;value\r\nnew;${now};\r\nold;${old};${now}\r\n`);
  expect(await answer(handle, digest)).toMatchObject({ accepted: true });
  await toGoodEnd(scene, handle, [digest]);
  stripped(scene, CARLA);
}, 60_000);

it('a comment that was deleted on the old home after the copy can be said to be the one on the new home', async () => {
  await using scene = await opened();
  const issue = issueIn(scene, 'jira-old', KEY);
  const { id: old } = commentOf(scene, 'jira-old', ANNA);
  const { id: now } = commentOf(scene, 'jira-new', ANNA);
  issue.comments = issue.comments.filter((each) => each.id !== old);
  const handle = await scene.start();
  const { rows } = await asked(scene, handle);
  expect(rows.map((row) => row.slice(0, 5))).toEqual([
    [old, '', 'old', KEY, ''],
    [now, '', 'new', KEY, 'anna'],
  ]);
  const digest = await file(scene, `comment,value,on\n${old},${now},old\n`);
  expect(await answer(handle, digest)).toMatchObject({ accepted: true });
  await toGoodEnd(scene, handle, [digest]);
  stripped(scene, ANNA);
}, 60_000);

it('a comment on the new home alone that is older than the copy is carried once a person said so', async () => {
  await using scene = await opened();
  const comments = commentsOf(scene, 'jira-new');
  const { created } = commentOf(scene, 'jira-new', ANNA);
  comments.push({
    id: '77777',
    origin: 'imported',
    author: 'anna',
    body: 'From an older import',
    created: created + 5000,
  });
  const handle = await scene.start();
  const { id, rows } = await asked(scene, handle);
  expect(rows.map((row) => row.slice(0, 5))).toEqual([['77777', '', 'new', KEY, 'anna']]);
  expect(await refused(scene, handle, await file(scene, 'comment,value,on\n77777,leave out,new\n'))).toContain(
    '"carry"',
  );
  expect(await answer(handle, 'leave out')).toMatchObject({ accepted: true });
  await runToGate(scene, handle);
  // What it carries late is its own; a change of the issue carries what is not listed.
  await people(scene, { kind: 'edit', instance: 'jira-new', key: KEY, field: 'description', value: 'Look again' });
  await eventually(() => commentsOf(scene, 'jira-partner', 'PB-4').some((each) => each.origin === 'imported'), 'it');
  await toGoodEnd(scene, handle, [`leave out ${id}`]);
  stripped(scene, 'imported');
}, 60_000);

it('what was left out stands twice at the partner: nothing is deleted before somebody took it away', async () => {
  await using scene = await opened();
  commentOf(scene, 'jira-new', ANNA).body += ' (edited)';
  const handle = await scene.start();
  const { id } = await asked(scene, handle);
  expect(await answer(handle, 'leave out')).toMatchObject({ accepted: true });
  const carried = () => commentsOf(scene, 'jira-partner', 'PB-4').filter((each) => each.origin === ANNA);
  const held = await untilState(handle, 'NeedsAttention', 'AwaitingApproval');
  expect(carried()).toHaveLength(2);
  expect(held).toMatchObject({ step: 'verify', blockers: [{ code: 'NotProved' }] });
  expect(held.blockers[0]?.items.join('\n')).toMatch(/comments: P[AB]-/);
  expect(deletesOf(scene)).toEqual([]);
  const issue = issueIn(scene, 'jira-partner', 'PB-4');
  issue.comments = issue.comments.filter((each) => each !== carried()[0]);
  await retry(handle);
  await toGoodEnd(scene, handle, [`leave out ${id}`]);
}, 60_000);

it('what is mended on the new home is looked at anew by retry, and no answer that was refused is said to be accepted', async () => {
  await using scene = await opened();
  const comment = commentOf(scene, 'jira-new', ANNA);
  const { body } = comment;
  comment.body = 'quite another text';
  const handle = await scene.start();
  await asked(scene, handle);
  await refused(scene, handle, 'leave out 00000000');
  comment.body = body;
  await retry(handle);
  await toGoodEnd(scene, handle, []);
  stripped(scene, ANNA);
}, 60_000);

it('what changed while the first list was decided is asked about by a second one, and the decision names both answers', async () => {
  await using scene = await opened();
  commentOf(scene, 'jira-new', ANNA).body += ' (edited)';
  const handle = await scene.start();
  const one = await asked(scene, handle);
  commentOf(scene, 'jira-new', CARLA).body += ' (edited later)';
  await answer(handle, 'candidates');
  const two = await asked(scene, handle, one.digest);
  expect(two.rows.map(([id]) => id)).toEqual(
    ['jira-old', 'jira-new'].map((instance) => commentOf(scene, instance, CARLA).id),
  );
  await refused(scene, handle, 'candidates', one.about);
  expect(await answer(handle, 'candidates')).toMatchObject({ accepted: true });
  await toGoodEnd(scene, handle, [`candidates ${one.id}`, `candidates ${two.id}`]);
  stripped(scene, ANNA);
  stripped(scene, CARLA);
}, 60_000);

it('a short comment of the partner after the copy reaches the new home, though older ones contain its text', async () => {
  await using scene = await opened();
  expect(commentsOf(scene, 'jira-new').some(({ body }) => body.includes('ok'))).toBe(true);
  await people(scene, { kind: 'comment', instance: 'jira-partner', key: 'PB-4', value: 'ok' });
  const said = ({ body }: Comment) => body.trim() === 'ok';
  await eventually(() => commentsOf(scene, 'jira-old').some(said), 'the original to carry it');
  const handle = await scene.start();
  await toGoodEnd(scene, handle, []);
  expect(commentsOf(scene, 'jira-new').filter(said)).toHaveLength(1);
}, 60_000);

it('the question is asked again by a run that takes over, and its answer counts there', async () => {
  await using scene = await opened();
  commentOf(scene, 'jira-new', ANNA).body += ' (edited)';
  const handle = await scene.start();
  const { id } = await asked(scene, handle);
  await handle.terminate('a test');
  const next = await again(scene, handle);
  expect((await asked(scene, next)).id).toBe(id);
  expect(await answer(next, 'candidates')).toMatchObject({ accepted: true });
  await toGoodEnd(scene, next, [`candidates ${id}`]);
  await expectOneChain(scene, 2);
  stripped(scene, ANNA);
}, 90_000);

it('a rollback while the question is open leaves comments as they are, and the original runs', async () => {
  await using scene = await opened();
  commentOf(scene, 'jira-new', ANNA).body += ' (edited)';
  const handle = await scene.start();
  await asked(scene, handle);
  const counts = () =>
    ['jira-old', 'jira-new', 'jira-partner'].map(
      (instance) => commentsOf(scene, instance, instance === 'jira-partner' ? 'PB-4' : KEY).length,
    );
  const before = counts();
  expect(await send(handle, 'rollback', { by: REQUESTER, reason: 'withdrawn' })).toMatchObject({ accepted: true });
  const { state } = await until(handle, (picture) => picture.state.startsWith('RolledBack'), 'the end');
  expect(state).toBe('RolledBack');
  expect(scene.world.original).toMatchObject({ running: true, deleted: false });
  expect(counts()).toEqual(before);
}, 60_000);
