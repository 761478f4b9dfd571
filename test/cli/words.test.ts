import { describe, expect, it } from 'vitest';
import { askQuestions } from '../../src/cli/answer.ts';
import { itemsOf } from '../../src/cli/inbox.ts';
import { columns, textOf } from '../../src/cli/print.ts';
import { shellWord } from '../../src/contract/foreign.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import type { Question } from '../../src/contract/tasks.ts';
import { openTask } from '../report/samples.ts';
import { firstPicture } from '../support/pictures.ts';

const choice = (value: string) => ({ value, label: `take ${value}` });
const QUESTIONS: Question[] = [
  { id: 'field', text: 'Which?', choices: [choice('2'), choice('customfield_1')] },
  { id: 'note', text: 'Why?', choices: [] },
];

describe('questions on a terminal', () => {
  it('takes a number or a value, a value first, and asks again until one is legal', async () => {
    const typed = ['', '3', '0', 'customfield_9', '2', '  ', 'because'];
    const shown: string[] = [];
    const answers = await askQuestions(
      QUESTIONS,
      async () => typed.shift() ?? '',
      (text) => shown.push(textOf(text)),
    );
    // Typed was 2: the value of the first choice, and not the second choice.
    expect(answers).toEqual({ field: '2', note: 'because' });
    expect(shown.filter((text) => text.startsWith('A number from 1 to 2'))).toHaveLength(4);
    expect(
      await askQuestions(
        QUESTIONS.slice(0, 1),
        async () => '1',
        () => {},
      ),
    ).toEqual({ field: '2' });
  });
});

describe('what is printed', () => {
  it('keeps every cell on its line', () => {
    expect(
      columns([
        ['a', 'b\nc'],
        ['long', 'd'],
      ]),
    ).toEqual(['a     b\\nc', 'long  d']);
  });

  it('quotes words for a shell only where it must', () => {
    expect([shellWord('migrate-jira-old-INT-16'), shellWord("Kim's $x")]).toEqual([
      'migrate-jira-old-INT-16',
      "'Kim'\\''s $x'",
    ]);
  });
});

describe('the inbox', () => {
  const picture = (migration: string, changes: Partial<MigrationPicture>): MigrationPicture => ({
    ...firstPicture(migration, `w-${migration}`, {
      original: { instance: 'jira-old', synchronization: 'INT-1' },
      new: { instance: 'jira-new', projects: {} },
      requestedBy: 'kim@example.com',
      reason: 'CHG-1',
    }),
    ...changes,
  });
  const row = (migration: string, updatedAt: string, changes: Partial<MigrationPicture>) => ({
    migration,
    workflowId: `w-${migration}`,
    updatedAt,
    picture: picture(migration, changes),
  });

  it('has every state that waits for a person, the oldest first, and no other', () => {
    const items = itemsOf([
      row('m-1', '2026-01-05T00:00:00.000Z', { state: 'AwaitingApproval', decision: 'd' }),
      row('m-2', '2026-01-04T00:00:00.000Z', { state: 'NeedsAttention' }),
      row('m-3', '2026-01-03T00:00:00.000Z', { state: 'Paused' }),
      row('m-4', '2026-01-02T00:00:00.000Z', { state: 'Running' }),
      row('m-5', '2026-01-09T00:00:00.000Z', {
        state: 'WaitingForPerson',
        tasks: [openTask()],
      }),
    ]);
    expect(items.map(({ migration, kind }) => [migration, kind])).toEqual([
      ['m-5', 'task'],
      ['m-3', 'paused'],
      ['m-2', 'trouble'],
      ['m-1', 'gate'],
    ]);
  });
});
