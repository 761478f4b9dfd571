/** The list of switches, its page and its tests belong together. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { SWITCHES } from '../../../sandbox/switch-list.ts';
import { open } from '../harness.ts';

const text = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
const tests = (
  await Promise.all(['rest', 'sync-information', 'behaviour'].map((name) => text(`./${name}.test.ts`)))
).join();
const page = await text('../../../docs/sandbox.md');

it.each(Object.entries(SWITCHES))('%s has a test named by it, and its row in the page', (name, [standard, about]) => {
  expect(tests).toContain(`it('${name}: `);
  expect(page).toContain(`| \`${name}\` | \`${JSON.stringify(standard)}\` | ${about} |`);
});

it('refuses a value that a switch does not know, and sets none of the others then', async () => {
  await using client = await open();
  const post = (body: unknown) => client.control<{ message: string }>('POST', '/sandbox/switches', body);
  const { status, body } = await post({ errorBody: 'prose', searchCap: 7 });
  expect(status).toBe(400);
  expect(body.message).toBe('Switch errorBody is message, errorMessages, text, html, empty');
  const { body: now } = await client.control<Record<string, { value: unknown }>>('GET', '/sandbox/switches');
  expect(now.searchCap?.value).toBe(100);
});
