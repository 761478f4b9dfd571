/** One migration from start to end by the commands that docs/starting.md has for a tool. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { block } from './page.ts';
import { type Place, WORKFLOW_ID } from './place.ts';

/** What the commands printed. */
export type Printed = Record<'start' | 'look' | 'answer' | 'approve', string>;

/** `beforeApproval` runs at the gate. */
export async function goTheWay(
  tool: 'temporal' | 'tctl' | 'migrator',
  place: Place,
  beforeApproval: (decision: string) => Promise<void> = async () => undefined,
): Promise<Printed> {
  await writeFile(join(place.folder, 'start.json'), block('start.json', place));
  const start = await place.bash(block(`${tool}-start`, place));
  await place.until('WaitingForPerson');
  const answer = await place.bash(block(`${tool}-answer`, place));
  const { decision } = await place.until('AwaitingApproval');
  if (!decision) throw new Error('no decision');
  const look = await place.bash(block(`${tool}-look`, place));
  expect(look).toContain(decision);
  await beforeApproval(decision);
  const approve = await place.bash(block(`${tool}-approve`, place, decision.slice(0, 8)));
  await place.until('Completed');
  await expectDone(place);
  return { start, look, answer, approve };
}

/** By the run itself, by the record of the instances, and by the input that arrived. */
export async function expectDone(place: Place): Promise<void> {
  const handle = place.client.workflow.getHandle(WORKFLOW_ID);
  expect(await handle.result()).toMatchObject({ state: 'Completed', requestedBy: 'kim@example.com' });
  expect(await place.sandbox.verdict()).toMatchObject({ originalDeleted: true, duplicates: 0, lostChanges: 0 });
  expect(await inputOf(place)).toEqual(JSON.parse(block('start.json', place)));
}

/** What the newest run was started with, as the server has it. */
export async function inputOf({ client }: Place, workflowId = WORKFLOW_ID): Promise<unknown> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return payload?.data ? JSON.parse(Buffer.from(payload.data).toString('utf8')) : undefined;
}
