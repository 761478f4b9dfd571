/** docs/tasks.md knows every task, and shows tasks and reminders as they are. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { STEPS } from '../../src/activities/index.ts';
import { reminderOf } from '../../src/activities/remind.ts';
import type { HumanTask } from '../../src/contract/tasks.ts';
import { messageProblem } from '../../src/contract/verbs.ts';
import { picture } from '../report/samples.ts';
import { codeOf, codesIn, readPage, tableOf } from './pages.ts';

const page = readPage('docs/tasks.md');
const [task, answer, reminder] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => JSON.parse(json));

/** Every member, so that one more in the contract is missing here. */
const MEMBERS: Record<keyof HumanTask, true> = {
  id: true,
  step: true,
  title: true,
  why: true,
  who: true,
  clicks: true,
  files: true,
  waitingFor: true,
  questions: true,
  seen: true,
  since: true,
};

describe('docs/tasks.md', () => {
  it('names every step that can ask for a person, and no other', async () => {
    const asks = async ({ name }: (typeof STEPS)[number]) =>
      /Task\(|taskFor\(/.test(await readFile(`src/activities/steps/${name.replace(/^resync.*/, 'resync')}.ts`, 'utf8'));
    const asking = (await Promise.all(STEPS.map(async (step) => ((await asks(step)) ? [step.name] : [])))).flat();
    const named = tableOf(page, 'task', 'asked', 'ends').rows.map(([cell]) => codeOf(cell));
    expect(named).toEqual([...asking, 'deleteOriginal']);
  });

  it('shows a task with all of its members, and says what each is', () => {
    expect(Object.keys(task).sort()).toEqual(Object.keys(MEMBERS).sort());
    const said = tableOf(page, 'member', 'what it is').rows.flatMap(([cell = '']) => codesIn(cell));
    expect(said.sort()).toEqual(Object.keys(MEMBERS).sort());
  });

  it('shows an answer that is legal', () => {
    expect(messageProblem('answer', answer)).toBeUndefined();
  });

  it('shows a reminder as it is sent', () => {
    const sent = reminderOf(picture({ tasks: [task], personSince: task.since, reminders: 1 }));
    expect(Object.keys(reminder)).toEqual(Object.keys(sent));
    expect(reminder.text).toContain(task.title);
  });
});
