/** What people send: every problem at once, each with its path. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBatch, checkBatchMessage } from '../../src/contract/batchSchema.ts';
import { MigratorError } from '../../src/contract/errors.ts';
import type { Verb } from '../../src/contract/names.ts';
import { parseStart, startProblems } from '../../src/contract/schemas.ts';
import { messageProblem } from '../../src/contract/verbs.ts';

const START = {
  original: { instance: 'jira-old', synchronization: 'INT-16' },
  new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/PA' } },
  move: {
    copyStarted: '2026-11-20T20:00:00Z',
    copyFinished: '2026-11-20T23:10:00Z',
    frozenSince: '2026-11-20T19:55:00Z',
  },
  requestedBy: 'kim@example.com',
  reason: 'CHG-4711',
};

function refusal(value: unknown): string {
  try {
    parseStart(value);
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    expect(error).toMatchObject({ code: 'InvalidStart', retry: 'never' });
    return error.message;
  }
  throw new Error('it was accepted');
}

describe('the start object', () => {
  it('of the documentation is accepted as it is', () => {
    expect(parseStart(START)).toEqual(START);
  });

  const long = (length: number) => 'x'.repeat(length);
  const { original, new: next } = START;
  it.each<[string, object]>([
    ['batch', { batch: long(256) }],
    ['original.synchronization', { original: { ...original, synchronization: `INT-${'1'.repeat(5000)}` } }],
    ['original.instance', { original: { ...original, instance: long(5000) } }],
    ['new.instance', { new: { ...next, instance: long(5000) } }],
    ['new.projects', { new: { ...next, projects: { [`${long(5000)}/PA`]: 'jira-new/PA' } } }],
    ['new.projects.jira-old/PA', { new: { ...next, projects: { 'jira-old/PA': `${long(5000)}/PA` } } }],
    ['requestedBy', { requestedBy: long(1_900_000) }],
    ['reason', { reason: long(1_900_000) }],
    [`mapping.${long(5000)}`, { mapping: { [long(5000)]: 'x' } }],
    ['', { mapping: Object.fromEntries(Array.from({ length: 40_000 }, (_, n) => [`field:customfield_${n}`, 'x'])) }],
  ])('has a length for each of its texts and for the whole, and says which is too long (%#)', (path, changes) => {
    expect(startProblems({ ...START, ...changes }).map((problem) => problem.path.join('.'))).toEqual([path]);
  });

  it('may be as long as lists of workflows can show', () => {
    const synchronization = 'x'.repeat(255 - 'jira-old/'.length);
    const changes = { original: { ...original, synchronization }, batch: long(255), requestedBy: long(4000) };
    expect(startProblems({ ...START, ...changes })).toEqual([]);
  });

  it('of a batch has the same lengths, each with its place', () => {
    const batch = {
      name: 'wave-1',
      migrations: [{ ...START, reason: long(5000) }],
      requestedBy: long(5000),
      reason: 'r',
    };
    const checked = checkBatch(batch, batch.migrations);
    const paths = 'problems' in checked ? checked.problems.map(({ path }) => path.join('.')) : [];
    expect(paths).toEqual(['requestedBy', 'migrations.0.reason']);
  });

  it('may say everything', () => {
    const full = {
      ...START,
      dryRun: true,
      order: 'prepareFirst',
      mapping: { 'field:customfield_1': 'customfield_2' },
      policy: { required: 2, selfApproval: false, deleteOnAttested: false },
      window: {
        notBefore: '2026-11-21T00:00:00+01:00',
        stopBy: '2026-11-21T02:00:00+01:00',
      },
      batch: 'wave-3',
    };
    expect(parseStart(full)).toEqual(full);
  });

  it('needs no move where nothing moved', () => {
    const { move: _, ...rest } = START;
    expect(parseStart({ ...rest, new: { instance: 'jira-new', projects: {} } }).move).toBeUndefined();
  });

  it('tells all problems at once', () => {
    const message = refusal({
      original: { instance: 'jira old', synchronization: 'INT-16 ', key: 1 },
      new: { instance: 'jira-new', projects: { PA: 'jira-new/pa', 'jira-old/PB': 7 } },
      requestedBy: ' ',
      reson: 'typo',
      dryrun: true,
      order: 'fast',
      policy: { selfApproval: true, required: 0 },
      window: { notBefore: '2026-11-20 20:00' },
    });
    for (const expected of [
      'original.instance: must be the name of an instance',
      'original.synchronization: must be the key of a synchronization',
      'original.key: is not a member known here',
      'new.projects.PA: its name must be an instance and a project key',
      'new.projects.PA: must be an instance and a project key',
      'new.projects["jira-old/PB"]: must be string',
      'move: is missing',
      'requestedBy: must not be empty',
      'reason: is missing',
      'reson: is not a member known here',
      'dryrun: is not a member known here',
      'order: must be one of "guide"|"prepareFirst"',
      'policy.selfApproval: may only be false',
      'policy.required: ',
      'window.notBefore: must be an ISO 8601 time with offset',
    ]) {
      expect(message).toContain(expected);
    }
  });

  it.each([
    [
      'moved to where it was',
      { new: { instance: 'a', projects: { 'a/PA': 'a/PA' } } },
      'says that the project moved to where it was',
    ],
    [
      'moved into one',
      { new: { instance: 'a', projects: { 'a/PA': 'b/P', 'a/PB': 'b/P' } } },
      'two projects cannot have moved',
    ],
    [
      'three projects',
      { new: { instance: 'a', projects: { 'a/A': 'b/A', 'a/B': 'b/B', 'a/C': 'b/C' } } },
      'has two projects',
    ],
    [
      'a move of nothing',
      { new: { instance: 'a', projects: {} } },
      'move: is given, but new.projects names no project',
    ],
    [
      'a copy that ends before it starts',
      { move: { ...START.move, copyFinished: '2026-11-20T19:00:00Z' } },
      'lies before copyStarted',
    ],
    [
      'offsets that hide the order',
      { move: { ...START.move, copyFinished: '2026-11-20T20:30:00+01:00' } },
      'lies before copyStarted',
    ],
    [
      'a date that is none',
      { move: { ...START.move, frozenSince: '2026-02-30T00:00:00Z' } },
      'move.frozenSince: must be an ISO 8601',
    ],
    [
      'a time without offset',
      { move: { ...START.move, frozenSince: '2026-02-03T00:00:00' } },
      'move.frozenSince: must be an ISO 8601',
    ],
    ['half a move', { move: { copyStarted: START.move.copyStarted } }, 'move.frozenSince: is missing'],
    ['a move that is null', { move: null }, 'move: must be object'],
    ['a copy in 1970', { move: { ...START.move, copyStarted: '1970-01-01T00:00:00Z' } }, 'lies before the first Jira'],
    [
      'a window in no order',
      { window: { stopBy: '2026-11-21T00:00:00Z', startBy: '2026-11-20T00:00:00Z' } },
      'window.startBy: lies before stopBy',
    ],
    ['a dry run in words', { dryRun: 'yes' }, 'dryRun: must be boolean'],
    ['a wish to loosen', { policy: { deleteOnAttested: true } }, 'policy.deleteOnAttested: may only be false'],
    ['an empty batch', { batch: '' }, 'batch: must not be empty'],
    ['an answer that is no text', { mapping: { q: 1 } }, 'mapping.q: must be string'],
  ])('with %s is refused', (_, change, expected) => {
    expect(refusal({ ...START, ...change })).toContain(expected);
  });

  it.each([
    ['nothing', undefined, '(the whole): is missing'],
    ['null', null, '(the whole): must be object'],
    [
      'a text, as when JSON was sent as a string',
      JSON.stringify(START),
      '(the whole): must be object, received string',
    ],
    ['a list, as when two payloads were sent', [START], '(the whole): must be object, received array'],
    ['what could not be decoded', { undecodable: 'Unexpected token' }, 'cannot be read as JSON (Unexpected token)'],
  ])('that is %s is refused', (_, value, expected) => expect(refusal(value)).toContain(expected));

  it('is refused in one way only, whatever it is', () => {
    fc.assert(fc.property(fc.anything(), (value) => refusal(value).includes('The start object is not valid')));
    const nearly = fc.record({
      original: fc.anything(),
      new: fc.anything(),
      move: fc.anything(),
      window: fc.anything(),
    });
    fc.assert(fc.property(nearly, (change) => refusal({ ...START, ...change }).length > 0));
  });

  it('is never repeated in a problem, for it could hold a secret', () => {
    const secret = 'hush-hush';
    const wrong = {
      original: secret,
      new: { instance: ` ${secret}`, projects: [secret] },
      requestedBy: [secret],
      move: secret,
    };
    expect(refusal({ ...START, ...wrong, order: secret, dryRun: secret, policy: secret })).not.toContain(secret);
  });
});

describe('the verbs', () => {
  it.each<[Verb, object]>([
    ['approve', { by: 'lee', decision: '0a1b2c3d' }],
    ['approve', { by: 'lee', decision: 'f'.repeat(64), reason: 'ok', signature: 'x' }],
    ['reject', { by: 'lee', reason: 'no', then: 'keepBoth' }],
    ['answer', { by: 'kim', task: 't-1', answers: { done: true } }],
    ['retry', { by: 'kim' }],
  ])('%s accepts what the documentation shows (%#)', (verb, message) => {
    expect(messageProblem(verb, message)).toBeUndefined();
  });

  it.each<[Verb, unknown, string]>([
    ['approve', { by: 'lee', decision: '0a1b2c3' }, 'decision is the digest shown at the gate'],
    ['approve', { decision: 'z'.repeat(8), force: true }, 'approve needs by as text'],
    ['approve', { by: 'lee', decision: 'f'.repeat(8), force: true }, 'approve does not know force'],
    ['reject', { by: 'lee' }, 'reject needs reason and then as text'],
    ['answer', { by: 'kim', task: '', answers: [] }, 'answer needs task as text'],
    ['answer', { by: 'kim', task: 't-1', answers: [] }, 'answers is an object'],
    ['retry', { by: '', reason: 5 }, 'retry needs by as text'],
    ['retry', { by: 'kim', reason: 5 }, 'reason is a text'],
    ['retry', 'kim', 'retry takes one JSON object'],
    ['retry', undefined, 'retry takes one JSON object'],
  ])('%s is refused with what is wrong (%#)', (verb, message, expected) => {
    expect(messageProblem(verb, message)).toContain(expected);
  });
});

describe('the messages to a batch', () => {
  it.each([
    [{ by: '', reason: 5 }, 'by: must not be empty; reason: must be string, received number.'],
    ['kim', '(the whole): must be object, received string.'],
    [undefined, '(the whole): is missing.'],
  ])('are refused with all problems (%#)', (message, problem) => {
    expect(checkBatchMessage('pause', message)).toEqual({ problem });
  });
});
