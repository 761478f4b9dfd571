/** P4: somebody deleted the new one that ran, and with it what tells the work that it carried: each issue that people worked on is named. */
import { expect, it } from 'vitest';
import { openScene, REQUESTER, runToGate, send, until } from '../support/migration.ts';
import { start } from './workaround.ts';

it.concurrent.for(['create', 'comment', 'edit'])(
  'what people did under it is named on both sides, before the original carries it again: %s',
  { timeout: 120_000 },
  async (kind) => {
    await using scene = await openScene({ world: 'workaround', interval: 40, issues: 4, ambiguous: false });
    const handle = await start(scene);
    const { created } = await runToGate(scene, handle);
    const { record } = scene.world;
    const from = record.length;
    const done: { instance: string; key: string }[] = [];
    for (const instance of ['jira-new', 'jira-partner']) {
      await scene.control('POST', 'people', { action: 'once', kind, instance });
      const entry = record.after(from).findLast((each) => each.instance === instance && each.kind === kind);
      done.push({ instance, key: String(entry?.detail?.key) });
    }
    await expect.poll(async () => (await scene.sandbox.verdict()).lostChanges, { timeout: 10_000 }).toBe(0);
    await scene.control('POST', 'ui/delete', { instance: 'jira-new', integrationKey: created, by: 'otto' });
    await send(handle, 'rollback', { by: REQUESTER, reason: 'CHG-4711 withdrawn' });
    const asked = await until(handle, ({ tasks }) => tasks[0]?.id === 'confirmGone', 'the question');
    const value = asked.tasks[0]?.questions[0]?.choices[0]?.value;
    await send(handle, 'answer', { by: REQUESTER, task: 'confirmGone', answers: { confirmGone: value } });
    const { rollback } = await until(handle, ({ state }) => /^RolledBack/.test(state), 'the end');
    for (const { instance, key } of done)
      expect(rollback?.residue.filter((line) => line.startsWith(`${key} of ${instance}`))).toHaveLength(1);
    expect(rollback?.residue.join('\n')).toContain(`Somebody deleted ${created}`);
  },
);
