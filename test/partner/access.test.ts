import { expect, it } from 'vitest';
import { people } from '../migration/defects.ts';
import { deletesOf } from '../migration/gate.ts';
import { answerAll, approve, send, untilState } from '../support/migration.ts';
import { KIM, openPartnerScene, readEvidence, requestsToPartner, textOf, untilPacket } from './partner.ts';

it('migrates with a partner whose Jira we cannot reach, and asks it for nothing', async () => {
  await using scene = await openPartnerScene();
  const handle = await scene.start();
  const asked = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  expect(asked.blockers).toEqual([]);
  expect(asked.state).toBe('AwaitingApproval');
  const { decision, predicates, observations } = await readEvidence(scene, asked.evidence);
  expect(decision.attested).toEqual(['verify']);
  expect(decision.notRead?.join(' ')).toContain('jira-partner/PB: its Jira was not read');
  expect(decision.acceptedRisks).toContainEqual(expect.objectContaining({ id: 'partner', answer: 'confirmed' }));
  expect(decision.acceptedRisks).toContainEqual(expect.objectContaining({ id: 'partnerForecast', answer: 'accept' }));
  const said = Object.fromEntries(predicates.map(({ name, observed, attested }) => [name, { observed, attested }]));
  expect(said.summaries).toEqual({
    observed: 'jira-partner/PB was not read, nothing there was compared',
    attested: true,
  });
  expect(said.pairs).toEqual({ observed: '6 of 6 pairs', attested: undefined });
  expect(observations.notRead?.at(-1)).toContain('a person said that its people found all in order');
  expect(observations.changes?.filter(({ path }) => /second|Second/.test(path))).toEqual([]);

  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect(requestsToPartner(scene)).toEqual([]);
  expect(await scene.sandbox.verdict()).toMatchObject({ lostChanges: 0, duplicates: 0, originalDeleted: true });
});

it('sends a letter and a list that need nothing of ours', async () => {
  await using scene = await openPartnerScene();
  const handle = await scene.start();
  const { tasks } = await untilPacket(scene, handle);
  const [letter, list] = await Promise.all((tasks[0]?.files ?? []).map(({ digest }) => textOf(scene, digest)));
  expect(letter).toContain('Whom to ask: `kim@example.com`');
  expect(letter).toContain('was stopped');
  const pairs = [...scene.world.original.second.entries.keys()].map((key) => `${key},,,,,`);
  const [header, ...lines] = list?.trim().split('\r\n') ?? [];
  expect(header).toBe('key,created,reporter,summary,status,comments');
  expect(lines.toSorted()).toEqual(pairs.toSorted());
  expect(lines.indexOf('PB-9,,,,,')).toBeLessThan(lines.indexOf('PB-10,,,,,'));
});

it('is refused before anything is stopped where the policy lets no delete rest on what was attested', async () => {
  await using scene = await openPartnerScene({ deleteOnAttested: false });
  const handle = await scene.start();
  const refusal = { code: 'RestsOnAttestation', items: ['verify'] };
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'Refused', details: [[refusal]] } });
  expect(scene.writes()).toEqual([]);
  expect(requestsToPartner(scene)).toEqual([]);
});

it('never offers the delete on what was attested once the policy does not allow it any more', async () => {
  await using scene = await openPartnerScene();
  const handle = await scene.start();
  await untilPacket(scene, handle);
  scene.config.policy.deleteOnAttested = false;
  const held = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  expect(held).toMatchObject({
    state: 'NeedsAttention',
    blockers: [{ code: 'RestsOnAttestation', items: ['verify'] }],
  });
  expect(await send(handle, 'approve', { by: 'lee@example.com', decision: 'f'.repeat(64) })).toMatchObject({
    accepted: false,
  });
  expect(deletesOf(scene)).toEqual([]);
  expect(requestsToPartner(scene)).toEqual([]);
});

it('does the same where nothing moved, and on the way back counts what reached A of the people it cannot see', async () => {
  await using scene = await openPartnerScene({ world: 'workaround', issues: 12 });
  const handle = await scene.start({ new: { instance: 'jira-new', projects: {} }, move: undefined });
  const gate = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  expect(gate).toMatchObject({ state: 'AwaitingApproval', blockers: [] });
  const { decision } = await readEvidence(scene, gate.evidence);
  expect(decision.notRead?.join(' ')).toContain('while nothing was synchronized is not known');
  await people(scene, { kind: 'comment', instance: 'jira-partner', key: firstOf(scene).localIssueKey });
  await scene.sandbox.verdict();
  await send(handle, 'rollback', { by: KIM, reason: 'CHG-4711 withdrawn' });
  const asked = await untilState(handle, 'WaitingForPerson', 'RolledBack');
  expect(asked.state).toBe('WaitingForPerson');
  expect(asked.tasks[0]?.seen.join(' ')).toContain('jira-partner/PB was not read');
  expect(asked.tasks[0]?.seen.join(' ')).toContain(firstOf(scene).remoteIssueKey);
  expect(requestsToPartner(scene)).toEqual([]);
});

function firstOf({ world }: Awaited<ReturnType<typeof openPartnerScene>>) {
  const [entry] = world.original.second.entries.values();
  return entry ?? expect.fail('there is no pair');
}
