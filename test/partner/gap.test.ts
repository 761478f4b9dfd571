import { expect, it } from 'vitest';
import { issueIn, people } from '../migration/defects.ts';
import { deletesOf } from '../migration/gate.ts';
import { answerAll, retry, untilState } from '../support/migration.ts';
import { until } from '../support/processes.ts';
import { issuesOfPartner, openPartnerScene, requestsToPartner } from './partner.ts';

it('repairs what the copy missed of such a partner through the old home, and names the comments that it cannot', async () => {
  await using scene = await openPartnerScene({ gap: 2 });
  const [said, edited] = [...scene.world.original.second.entries.values()].slice(0, 2);
  const summaryOn = (instance: string, key = '') => issueIn(scene, instance, key).values.get('summary');
  expect(summaryOn('jira-new', edited?.remoteIssueKey)).not.toBe('Changed after the copy 2');
  const handle = await scene.start();
  const held = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  expect(held).toMatchObject({ state: 'NeedsAttention', step: 'verify', blockers: [{ code: 'NotProved' }] });
  expect(held.blockers[0]?.items).toEqual([`comments: ${said?.remoteIssueKey}`]);
  for (const [n, pair] of [said, edited].entries()) {
    expect(summaryOn('jira-new', pair?.remoteIssueKey)).toBe(`Changed after the copy ${n + 1}`);
    expect(
      issuesOfPartner(scene)
        .get(pair?.localIssueKey ?? '')
        ?.values.get('summary'),
    ).toBe(`Changed after the copy ${n + 1}`);
  }
  expect(deletesOf(scene)).toEqual([]);

  await people(scene, {
    action: 'once',
    kind: 'comment',
    instance: 'jira-new',
    key: said?.remoteIssueKey ?? '',
    value: 'Said after the copy 1',
  });
  await retry(handle);
  await untilState(handle, 'WaitingForPerson', 'AwaitingApproval');
  await answerAll(scene, handle, 'AwaitingApproval');
  expect(requestsToPartner(scene)).toEqual([]);
});

it('names a comment that the copy missed, though an older one contains its text', async () => {
  await using scene = await openPartnerScene();
  const pair = [...scene.world.original.second.entries.values()].find(
    ({ remoteIssueKey }) => remoteIssueKey === 'PA-1',
  );
  expect(issueIn(scene, 'jira-new', 'PA-1').comments.some(({ body }) => body.includes('ok'))).toBe(true);
  const act = {
    action: 'once',
    kind: 'comment',
    instance: 'jira-partner',
    key: pair?.localIssueKey ?? '',
    value: 'ok',
  };
  await people(scene, act);
  const old = issueIn(scene, 'jira-old', 'PA-1');
  await until(() => old.comments.some(({ body }) => body.trim() === 'ok'), 'the original to carry it');
  const held = await answerAll(scene, await scene.start(), 'NeedsAttention', 'AwaitingApproval');
  expect(held.blockers).toMatchObject([{ code: 'NotProved', items: ['comments: PA-1'] }]);
  expect(deletesOf(scene)).toEqual([]);
});
