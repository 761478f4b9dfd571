import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { obtainTctl, TCTL_LIMIT_MS } from '../support/tctl.ts';
import { block } from './page.ts';
import { openPlace, WORKFLOW_ID } from './place.ts';
import { goTheWay, inputOf } from './way.ts';

it('migrator starts it, answers and approves', { timeout: 120_000 }, async () => {
  await using place = await openPlace();
  const printed = await goTheWay('migrator', place);
  expect(printed.start).toContain(`Started ${WORKFLOW_ID}.`);
  expect(printed.start).toContain(`${place.service.uiUrl}/namespaces/default/workflows/${WORKFLOW_ID}/`);
  expect(printed.answer).toContain('answer: accepted');
  expect(printed.approve).toContain('approve: accepted');
});

/** What shells, JSON and the command lines of others each have a meaning for. */
const HARD = `Kim's "move", $HOME \`id\` $(id) \\n 100% !x {a,b} 🚚 \t#1;\nsecond line'`;

it('migrator start --print: the printed commands start exactly that, whatever is in it', {
  timeout: TCTL_LIMIT_MS + 60_000,
}, async ({ skip }) => {
  const tctl = await obtainTctl();
  await using place = await openPlace('path' in tctl ? { tctl: tctl.path } : {});
  const start = { ...JSON.parse(block('start.json', place)), reason: HARD };
  await writeFile(join(place.folder, 'start.json'), JSON.stringify(start));
  const printed = await place.bash(`${block('migrator-print', place)} --id 'an id, not'"'"'s usual'`);
  const line = (beginning: string) => printed.split('\n').find((text) => text.startsWith(beginning)) ?? '';
  expect(Object.fromEntries(new URL(line('http')).searchParams)).toEqual({
    workflowId: "an id, not's usual",
    taskQueue: 'migrations',
    workflowType: 'migrateSynchronization',
  });
  // Nothing was sent by printing it.
  const open = await place.client.workflowService.listOpenWorkflowExecutions({ namespace: 'default' });
  expect(open.executions.filter(({ type }) => type?.name === 'migrateSynchronization')).toEqual([]);
  for (const tool of ['temporal', ...('path' in tctl ? ['tctl'] : [])]) {
    await place.bash(line(`${tool} `));
    const handle = place.client.workflow.getHandle("an id, not's usual");
    expect(await inputOf(place, handle.workflowId)).toEqual(start);
    expect((await handle.describe()).type).toBe('migrateSynchronization');
    await handle.terminate();
  }
  if ('missing' in tctl) skip(`only the temporal command was run: ${tctl.missing}`);
});
