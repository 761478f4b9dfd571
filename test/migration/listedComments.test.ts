import { expect, it } from 'vitest';
import type { SyncedIssueData } from '../../src/backbone/types.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { happens } from '../support/findings.ts';
import { answerAll, openScene, runToEnd, type Scene } from '../support/migration.ts';
import { until } from '../support/processes.ts';
import { again, working } from '../takeover/again.ts';
import { people } from './defects.ts';
import { newOne } from './gate.ts';

const byPerson = {
  interval: 40,
  issues: 6,
  configure: (config: Scene['config']) => {
    const home = config.instances['jira-new'];
    if (home) home.backbone.pairIssues = 'person';
  },
} as const;

/** A person whose import does not take the comments, so many times. */
function withoutComments(scene: Scene, times: number): { scene: Scene; imports: () => number } {
  let imports = 0;
  const control: Scene['control'] = (method, path, body) => {
    if (path !== 'ui/pair') return scene.control(method, path, body);
    imports += 1;
    if (imports > times) return scene.control(method, path, body);
    const { data, ...rest } = body as { data: SyncedIssueData };
    const bare = (entries: SyncedIssueData['firstConnector']) => entries.map((entry) => ({ ...entry, comments: [] }));
    const stripped = { firstConnector: bare(data.firstConnector), secondConnector: bare(data.secondConnector) };
    return scene.control(method, path, { ...rest, data: stripped });
  };
  return { scene: { ...scene, control }, imports: () => imports };
}

it('does not start where the import left the comments out: each would be carried again', async () => {
  await using scene = await openScene(byPerson);
  const person = withoutComments(scene, 1);
  const picture = await runToEnd(person.scene, await scene.start());
  expect(picture.state).toBe('Completed');
  expect(person.imports()).toBe(2);
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0, originalDeleted: true });
});

it('starts with them all the same where a person accepts it, and says so when something stands twice', async () => {
  await using scene = await openScene(byPerson);
  const person = withoutComments(scene, Number.POSITIVE_INFINITY);
  const handle = await scene.start();
  const held = await answerAll(person.scene, handle, 'NeedsAttention', 'AwaitingApproval');
  expect(person.imports()).toBe(2);
  expect(newOne(scene)).toMatchObject({ running: true });
  expect(held).toMatchObject({ step: 'verify', blockers: [{ code: 'NotProved' }] });
  expect(held.blockers[0]?.items.join('\n')).toContain('comments: ');
  expect(scene.world.original).toMatchObject({ deleted: false });
});

it('asks nothing about what a new one that runs already carried, when a run takes over right after the start', {
  timeout: 60_000,
}, async () => {
  await using scene = await openScene({ interval: 40, issues: 6 });
  // The answer does not come, so nobody enters that it was started.
  const fault = { instance: 'jira-new', method: 'POST', path: '/start$', action: 'timeout', when: 'after' };
  await scene.control('POST', 'faults', fault);
  const handle = await scene.start();
  const persons = working(scene, handle);
  await happens(scene, ({ what }) => what === 'integration started', 'the start');
  await handle.terminate('a test');
  await persons.stop();
  await people(scene, { kind: 'comment', instance: 'jira-new', key: 'PA-1', value: 'Said while nobody watched' });
  const listed = () => newOne(scene).first.entries.get('PA-1')?.comments.length ?? 0;
  await until(
    () => listed() > (scene.world.original.first.entries.get('PA-1')?.comments.length ?? 0),
    'it to be listed',
  );
  const next = await again(scene, handle);
  const picture = await runToEnd(scene, next);
  expect(picture.state).toBe('Completed');
  const { decision } = await scene.store.artifacts.getJson<Evidence>(picture.evidence ?? '');
  expect(decision.acceptedRisks.map(({ id }) => id)).not.toContain('otherComments');
});
