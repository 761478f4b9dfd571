import { expect, it } from 'vitest';
import type { SyncedIssueData } from '../../src/backbone/types.ts';
import { answerAll, openScene, runToEnd, type Scene } from '../support/migration.ts';
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
