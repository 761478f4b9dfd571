/** How much of a message is taken is measured as it will be recorded, whatever it is made of. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkBatchMessage } from '../../src/contract/batchSchema.ts';
import { boundPassed } from '../../src/contract/bounds.ts';
import { VERBS } from '../../src/contract/names.ts';
import { startProblems } from '../../src/contract/schemas.ts';
import type { HumanTask } from '../../src/contract/tasks.ts';
import { answeredBlindly, answersProblem, messageProblem, tooMuch, tooMuchToStart } from '../../src/contract/verbs.ts';
import { anyJson, deepJson } from './anyJson.ts';

const ROOM = { bytes: 1e9, depth: 1e9, members: 1e9 };

it('counts exactly the bytes that JSON in UTF-8 has', () => {
  fc.assert(
    fc.property(anyJson, (json) => {
      const value: unknown = JSON.parse(json);
      const bytes = Buffer.byteLength(JSON.stringify(value));
      expect(boundPassed(value, { ...ROOM, bytes })).toBeUndefined();
      expect(boundPassed(value, { ...ROOM, bytes: bytes - 1 })).toBe('bytes');
    }),
  );
});

it('counts levels and members, of bytes each', () => {
  const value = { a: [1, { b: [] }], c: 'd' };
  expect(boundPassed(value, { ...ROOM, depth: 4, members: 5 })).toBeUndefined();
  expect(boundPassed(value, { ...ROOM, depth: 3 })).toBe('depth');
  expect(boundPassed(value, { ...ROOM, members: 4 })).toBe('members');
  expect(boundPassed(new Uint8Array(100_000), { ...ROOM, members: 99_999 })).toBe('members');
});

it.each<[string, unknown]>([
  ['lists within each other', JSON.parse(deepJson(100_000))],
  ['objects within each other', JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)],
  ['numbers that are longer when they are written', JSON.parse(`[${'1E20,'.repeat(13_000)}1]`)],
  ['bytes that were no UTF-8', { by: Buffer.alloc(100_000, 255).toString() }],
  ['halves of characters', { by: '\ud800'.repeat(50_000) }],
  ['controls', { by: '\u0000'.repeat(50_000) }],
  ['a name of a member', { ['k'.repeat(300_000)]: 1 }],
  ['very many members', Object.fromEntries(Array.from({ length: 20_001 }, (_, n) => [n, 1]))],
  ['an empty list of a large length', new Array(1_000_000)],
])('refuses a message of %s', (_, message) => {
  expect(tooMuch(message)).toMatch(/^the message /);
});

it('takes a message with thousands of answers, and a list of thousands of migrations', () => {
  const answers = Object.fromEntries(
    Array.from({ length: 3000 }, (_, n) => [`field:customfield_${n}@a->b`, 'customfield_1']),
  );
  expect(tooMuch({ by: 'kim@example.com', task: 'preflight', answers })).toBeUndefined();
  const migration = {
    original: { instance: 'jira-old', synchronization: 'INT-16' },
    new: { instance: 'jira-new', projects: {} },
  };
  expect(tooMuchToStart({ name: 'w', migrations: Array.from({ length: 5000 }, () => migration) })).toBeUndefined();
});

const MESSAGE = { by: 'kim@example.com', reason: 'CHG-1', decision: 'a'.repeat(64), decisions: 'a'.repeat(64) };

const task = (ids: string[]): HumanTask =>
  ({
    id: 'preflight',
    questions: ids.map((id) => ({ id, text: '', about: 'a'.repeat(64), choices: [{ value: 'x', label: '' }] })),
  }) as never;

it.each(['length', 'size', 'toString', 'valueOf'])('a %s that is an object is none', (member) => {
  const value = { [member]: { toString: 1e20, valueOf: null } };
  for (const verb of VERBS) expect(messageProblem(verb, { ...MESSAGE, by: value })).toContain('by');
  for (const verb of ['pause', 'approve'] as const)
    expect(checkBatchMessage(verb, { ...MESSAGE, by: value })).toMatchObject({
      problem: expect.stringContaining('by'),
    });
  expect(JSON.stringify(startProblems({ requestedBy: value, mapping: value }))).toContain('requestedBy');
});

it('nothing that looks at a message or a start object throws, whatever JSON it is', () => {
  fc.assert(
    fc.property(anyJson, fc.string(), (json, id) => {
      const value: unknown = JSON.parse(json);
      const whole = { by: 'kim@example.com', task: 'preflight', answers: { [id]: value }, about: { [id]: value } };
      for (const message of [value, whole, { ...whole, answers: value }, { ...whole, by: value, reason: value }]) {
        for (const verb of VERBS) messageProblem(verb, message);
        for (const verb of ['pause', 'approve'] as const) checkBatchMessage(verb, message);
      }
      for (const asked of [task([id]), task(['toString', '__proto__'])]) {
        answersProblem(asked, 'preflight', whole as never, [asked]);
        answeredBlindly(asked, whole as never);
      }
      startProblems(value);
      startProblems({
        original: value,
        new: { instance: value, projects: value },
        move: value,
        window: value,
        mapping: value,
      });
    }),
  );
});
