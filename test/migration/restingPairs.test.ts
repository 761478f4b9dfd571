import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/evidence/types.ts';
import { answerAll, openScene, runToEnd, type Scene } from '../support/migration.ts';
import { until } from '../support/processes.ts';
import { issueIn, people } from './defects.ts';
import { newOne } from './gate.ts';

const QUICK = { interval: 40, issues: 6, ambiguous: false } as const;

const partnerOf = ({ world }: Scene, key: string): string =>
  world.original.first.entries.get(key)?.remoteIssueKey ?? expect.fail(`${key} has no partner`);

async function evidenceOf(scene: Scene, handle: Awaited<ReturnType<Scene['start']>>): Promise<Evidence> {
  const entries = await scene.store.ledger.read((await handle.result()).migration);
  const digest = entries.findLast(({ digests }) => digests?.evidence)?.digests?.evidence ?? '';
  return scene.store.artifacts.getJson<Evidence>(digest);
}

describe('a pair that nobody expects to be carried', () => {
  it('is kept where an issue is archived: found by its key though no search shows it, and not resynced', async () => {
    await using scene = await openScene(QUICK);
    await people(scene, { kind: 'archive', instance: 'jira-new', key: 'PA-3' });
    await people(scene, { kind: 'archive', instance: 'jira-old', key: 'PA-3' });
    const handle = await scene.start();
    const picture = await runToEnd(scene, handle);
    expect(picture.state).toBe('Completed');
    expect(newOne(scene).first.entries.size).toBe(6);
    const { decision } = await evidenceOf(scene, handle);
    expect(decision.classes.archived).toEqual([`PA-3 <> ${partnerOf(scene, 'PA-3')}`]);
    const resynced = scene.writes().filter(({ path = '' }) => path.includes('resync'));
    expect(resynced.length).toBeGreaterThan(0);
    expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, originalDeleted: true, wrongDeletes: 0 });
  });

  it('is kept as it was where a person says that an issue is gone: the other one is not created anew', async () => {
    await using scene = await openScene(QUICK);
    const partner = partnerOf(scene, 'PA-4');
    await people(scene, { kind: 'delete', instance: 'jira-partner', key: partner });
    const handle = await scene.start();
    const picture = await runToEnd(scene, handle);
    expect(picture.state).toBe('Completed');
    expect(newOne(scene).first.entries.get('PA-4')?.remoteIssueKey).toBe(partner);
    const { decision } = await evidenceOf(scene, handle);
    expect(decision.classes.notVisible).toEqual([`PA-4 <> ${partner}`]);
    expect(decision.acceptedRisks).toContainEqual(expect.objectContaining({ id: 'unseenPairs', answer: 'keep' }));
    expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, originalDeleted: true, wrongDeletes: 0 });
  });

  it('is kept where an issue was moved to another project, once a person says so', async () => {
    await using scene = await openScene(QUICK);
    const partner = partnerOf(scene, 'PA-5');
    const projects = [...(scene.world.instances.get('jira-partner')?.projects.keys() ?? [])];
    const elsewhere = projects.find((key) => !partner.startsWith(`${key}-`)) ?? expect.fail('one project only');
    await people(scene, { kind: 'move', instance: 'jira-partner', key: partner, project: elsewhere });
    const handle = await scene.start();
    const held = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
    expect(held).toMatchObject({ state: 'AwaitingApproval' });
    expect(newOne(scene).first.entries.get('PA-5')?.remoteIssueKey).toBe(partner);
    await until(() => newOne(scene).running, 'the new one to run');
  });

  it('is kept where its type is not synchronized any more', async () => {
    await using scene = await openScene(QUICK);
    const instance = scene.world.instances.get('jira-partner') ?? expect.fail('no partner');
    const key = partnerOf(scene, 'PA-2');
    const mapped = new Set(scene.world.original.configuration.issueTypeMappings.map((each) => each.secondIssueTypeId));
    const other = instance.issueTypes.find(({ id }) => !mapped.has(id)) ?? expect.fail('every type is mapped');
    issueIn(scene, 'jira-partner', key).values.set('issuetype', other.id);
    const handle = await scene.start();
    const picture = await runToEnd(scene, handle);
    expect(picture.state).toBe('Completed');
    expect((await evidenceOf(scene, handle)).decision.classes.outOfScope).toEqual([`PA-2 <> ${key}`]);
  });
});
