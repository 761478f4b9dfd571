import { expect, it } from 'vitest';
import { EXTRACT_COLUMNS } from '../../src/partner/extract.ts';
import { onEntry } from '../support/entries.ts';
import { approve, send, untilState } from '../support/migration.ts';
import { again } from '../takeover/again.ts';
import { issuesOfPartner, KIM, openPartnerScene, readEvidence, untilPacket } from './partner.ts';

type Open = Awaited<ReturnType<typeof openPartnerScene>>;

/** As the people of the partner would fill the list in; `change` is what is different in it. */
function filledIn(scene: Open, change: (cells: Record<string, string>) => void = () => {}): string {
  const lines = [...issuesOfPartner(scene).values()].map((issue) => {
    const cells: Record<string, string> = {
      key: issue.key,
      created: new Date(issue.created).toISOString(),
      reporter: issue.reporter,
      summary: issue.values.get('summary') ?? '',
      status: '',
      comments: String(issue.comments.length),
    };
    change(cells);
    return EXTRACT_COLUMNS.map((column) => `"${(cells[column] ?? '').replaceAll('"', '""')}"`).join(',');
  });
  return `${EXTRACT_COLUMNS.join(',')}\n${lines.join('\n')}\n`;
}

const keep = ({ store }: Open, text: string) => store.artifacts.put(Buffer.from(text), 'text/csv');

it('compares what the partner returned as far as it reaches, and says so', async () => {
  await using scene = await openPartnerScene();
  const handle = await scene.start();
  await untilPacket(scene, handle);
  const digest = await keep(
    scene,
    filledIn(scene, (cells) => {
      if (cells.key === 'PB-5') cells.summary = '';
    }),
  );
  expect(await send(handle, 'answer', { by: KIM, task: 'verify', answers: { partner: digest } })).toMatchObject({
    accepted: true,
  });
  const { evidence } = await untilState(handle, 'AwaitingApproval', 'NeedsAttention');
  const { predicates, decision, observations } = await readEvidence(scene, evidence);
  expect(predicates.find(({ name }) => name === 'summaries')).toMatchObject({
    holds: true,
    attested: true,
    observed:
      '5 of 6 pairs compared with the extract of jira-partner/PB (0 changed on A since it was asked for, 0 not in it)',
  });
  expect(predicates.find(({ name }) => name === 'changedFields')?.observed).toBe(
    'jira-partner/PB was not read, nothing there was compared',
  );
  expect(decision).toMatchObject({
    attested: ['verify'],
    acceptedRisks: expect.arrayContaining([expect.objectContaining({ id: 'partner', answer: digest })]),
  });
  expect(observations.notRead?.at(-1)).toContain('5 summaries, 6 numbers of comments, 6 creation times');
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
});

it('refuses an answer that is no file, or a file with mistakes, with all that is wrong by line', async () => {
  await using scene = await openPartnerScene();
  const handle = await scene.start();
  await untilPacket(scene, handle);
  const answer = (partner: string) => send(handle, 'answer', { by: KIM, task: 'verify', answers: { partner } });
  expect(await answer('looks good')).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('neither "confirmed" nor the digest'),
  });
  expect(await answer('f'.repeat(64))).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('the store has no file'),
  });
  const broken = await keep(scene, 'key,comments\nPB-1,many\nPA-2,1\n');
  const { accepted, reason } = await answer(broken);
  expect(accepted).toBe(false);
  expect(reason).toContain('line 2: comments is no whole number');
  expect(reason).toContain('line 3: key is no issue of PB');
  expect((await untilState(handle, 'WaitingForPerson')).tasks[0]?.seen).toHaveLength(2);
  expect(await answer('confirmed')).toMatchObject({ accepted: true });
  await untilState(handle, 'AwaitingApproval');
});

it('asks again while what the partner returned speaks against the proof, and names the issues', async () => {
  await using scene = await openPartnerScene();
  const handle = await scene.start();
  await untilPacket(scene, handle);
  const answer = (digest: string) => send(handle, 'answer', { by: KIM, task: 'verify', answers: { partner: digest } });
  const other = await keep(
    scene,
    filledIn(scene, (cells) => {
      if (cells.key === 'PB-5') cells.summary = 'Another one';
      if (cells.key === 'PB-4') cells.comments = '77';
    }),
  );
  const { accepted, reason } = await answer(other);
  expect(accepted).toBe(false);
  expect(reason).toContain('partner: summaries: PA-2');
  expect(reason).toContain('partner: comments: PA-1');
  expect((await untilState(handle, 'WaitingForPerson')).step).toBe('verify');
  expect(await answer(await keep(scene, filledIn(scene)))).toMatchObject({ accepted: true });
  await untilState(handle, 'AwaitingApproval');
});

it('does not forget a list that speaks against the proof when the run is taken over', { timeout: 90_000 }, async () => {
  await using scene = await openPartnerScene();
  const handle = await scene.start();
  await untilPacket(scene, handle);
  const other = await keep(
    scene,
    filledIn(scene, (cells) => {
      if (cells.key === 'PB-5') cells.summary = 'Another one';
    }),
  );
  // It is looked at for longer than whoever answered waits.
  const asked = onEntry(
    scene,
    ({ subject }) => subject.verb === 'answer' && subject.task === 'verify',
    () => handle.terminate('a test'),
  );
  const message = { by: KIM, task: 'verify', answers: { partner: other } };
  await Promise.all([asked, send(handle, 'answer', message).catch(() => undefined)]);
  const next = await again(scene, handle);
  const { tasks } = await untilState(next, 'WaitingForPerson', 'AwaitingApproval');
  expect(tasks[0]?.seen).toContainEqual(expect.stringContaining('summaries: PA-2'));
});
