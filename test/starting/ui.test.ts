import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { findChromium, openWindow, paste, sendFromMenu } from './browser.ts';
import { block } from './page.ts';
import { openPlace, type Place, WORKFLOW_ID } from './place.ts';
import { expectDone, inputOf } from './way.ts';

const FIELDS = { workflowId: WORKFLOW_ID, taskQueue: 'migrations', workflowType: 'migrateSynchronization' };

const form = (page: Page) => ({
  workflowId: page.getByLabel('Workflow ID'),
  taskQueue: page.getByLabel('Task Queue', { exact: true }),
  workflowType: page.getByLabel('Workflow Type'),
});

const heldBy = async (page: Page) => {
  const { workflowId, taskQueue, workflowType } = form(page);
  return {
    workflowId: await workflowId.inputValue(),
    taskQueue: await taskQueue.inputValue(),
    workflowType: await workflowType.inputValue(),
  };
};

/** The first editor of the form. The others are that of an earlier run's summary and details. */
const inputIn = async (page: Page): Promise<string> => (await page.locator('.cm-content').first().textContent()) ?? '';

async function fillIn(page: Page, place: Place): Promise<void> {
  await page.goto(`${place.service.uiUrl}/namespaces/default/workflows`);
  await page.getByRole('button', { name: 'Start Workflow' }).click();
  const { workflowId, taskQueue, workflowType } = form(page);
  await workflowId.fill(FIELDS.workflowId);
  await taskQueue.fill(FIELDS.taskQueue);
  await workflowType.fill(FIELDS.workflowType);
  await paste(page, block('start.json', place));
  await page.getByText('Task Queue is Active').waitFor();
}

async function pressStart(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start Workflow' }).click();
  await page.getByRole('link', { name: 'Workflow started successfully' }).waitFor();
}

it('the Temporal UI starts it, answers, shows the gate, approves and shows the end', {
  timeout: 150_000,
}, async ({ skip }) => {
  const chromium = await findChromium();
  if ('missing' in chromium) return skip(chromium.missing);
  await using place = await openPlace();
  await using window = await openWindow(chromium.path, place);
  const { page, shoot } = window;

  await fillIn(page, place);
  await shoot('start-form');
  await pressStart(page);
  await page.getByRole('link', { name: 'Workflow started successfully' }).click();
  await page.getByRole('heading', { name: WORKFLOW_ID }).waitFor();
  expect(await inputOf(place)).toEqual(JSON.parse(block('start.json', place)));

  await place.until('WaitingForPerson');
  await sendFromMenu(page, 'Signal', 'answer', block('answer.json', place));
  const { decision } = await place.until('AwaitingApproval');

  await page.getByRole('tab', { name: 'User Metadata' }).click();
  const details = page.frameLocator('iframe');
  await details.getByRole('heading', { name: /^AwaitingApproval: jira-old\/INT-16/ }).waitFor();
  await shoot('gate');
  // As a person does: what is shown is copied, and the name is written.
  const shown = (await details.locator('pre').filter({ hasText: '"decision"' }).textContent()) ?? '';
  expect(JSON.parse(shown)).toEqual({ by: 'you@example.com', decision });

  // The form says that it was successful although it was refused, as our page warns; the answer is in the history.
  await sendFromMenu(page, 'Update', 'approve', shown.replace('you@', 'kim@'));
  await page.getByText('Update successful').waitFor();
  await page.getByRole('tab', { name: /^History/ }).click();
  await page.getByText('"accepted":false').first().waitFor();
  await place.until('AwaitingApproval');
  await page.reload();

  await sendFromMenu(page, 'Update', 'approve', shown.replace('you@', 'lee@'), () => shoot('approve-form'));
  await place.until('Completed');
  await page.reload();
  await page.getByText('Completed', { exact: true }).first().waitFor();
  await expect
    .poll(() => page.locator('.cm-content').last().textContent(), { timeout: 15_000 })
    .toContain('"state": "Completed"');
  await shoot('completed');
  await expectDone(place);
});

it('the printed link fills in the form but for the input, which is that of an earlier run with this id', {
  timeout: 90_000,
}, async ({ skip }) => {
  const chromium = await findChromium();
  if ('missing' in chromium) return skip(chromium.missing);
  await using place = await openPlace();
  await using window = await openWindow(chromium.path, place);
  const { page } = window;
  await writeFile(join(place.folder, 'start.json'), block('start.json', place));
  const printed = await place.bash(block('migrator-print', place));
  const link = block('ui-link', place);
  expect(printed.split('\n')).toContain(link);

  const open = async (url: string) => {
    // Within the same page the form keeps what it has.
    await page.goto('about:blank');
    await page.goto(url);
    await page.getByText('Task Queue is Active').waitFor();
    await page.waitForLoadState('networkidle');
  };
  await open(`${link}&input=%7B%22a%22%3A1%7D`);
  expect(await heldBy(page)).toEqual(FIELDS);
  expect((await inputIn(page)).trim()).toBe('');

  await paste(page, block('start.json', place));
  await pressStart(page);
  await place.until('WaitingForPerson');
  await open(link);
  await expect.poll(() => inputIn(page), { timeout: 15_000 }).toContain('"synchronization": "INT-16"');
  await page.getByRole('button', { name: 'MigrationState' }).waitFor();
  await open(link.replace(WORKFLOW_ID, 'another'));
  expect((await inputIn(page)).trim()).toBe('');
  await open(link.replace(`workflowId=${WORKFLOW_ID}&`, ''));
  await expect.poll(() => inputIn(page), { timeout: 15_000 }).toContain('"synchronization": "INT-16"');
});
