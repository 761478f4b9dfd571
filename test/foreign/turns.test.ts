/**
 * One large file or issue holds up nobody else: while it is read, whatever else the worker has to do has its turn, heartbeats first.
 * Turns are counted, not times.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { commentsMissingOrDoubled } from '../../src/activities/verify/commentCheck.ts';
import { readDecisions } from '../../src/mapping/decisions.ts';
import { readIdMappingFile } from '../../src/mapping/idMappingFile.ts';
import { readComments } from '../../src/pairs/commentList.ts';
import { candidatesFor, matchComments, missingThere, notCarried } from '../../src/pairs/comments.ts';
import { readExtract } from '../../src/partner/extract.ts';

/** How often somebody else had a turn until the work was done. */
async function turnsDuring(work: () => unknown): Promise<number> {
  let turns = 0;
  let done = false;
  const others = (async () => {
    for (; !done; turns++) await turn();
  })();
  await work();
  done = true;
  await others;
  return turns;
}

/** 2 MB or so. */
const LINES = 100_000;
const file = (head: string, line: (n: number) => string) => {
  const text = [head, ...Array.from({ length: LINES }, (_, n) => line(n))].join('\n');
  return { name: 'handed-in.csv', bytes: Buffer.from(text) };
};

describe('others have a turn many times while', () => {
  it.each<[string, () => unknown]>([
    ['a returned list is read', () => readExtract(file('key,summary', (n) => `PB-${n},said ${n}`).bytes, 'PB')],
    [
      'a returned list with a fault on each line is read',
      () => readExtract(file('key,summary', (n) => `PB-${n},a"b`).bytes, 'PB'),
    ],
    [
      'a list of comments is read',
      () =>
        readComments(
          file('comment,value,on', (n) => `${n},leave out,old`),
          [],
        ),
    ],
    ['decided answers are read', () => readDecisions(file('question,value', (n) => `status:${n}@a->b,${n}`))],
    [
      'an id mapping is read',
      () =>
        readIdMappingFile(
          file('old,new', (n) => `${n},${n}`),
          { kind: 'status' },
        ),
    ],
  ])('%s', async (_, work) => {
    expect(await turnsDuring(work)).toBeGreaterThan(10);
  });
});

const COMMENTS = 3_000;
const said = (body: (n: number) => string, created: (n: number) => number, id = '') =>
  Array.from({ length: COMMENTS }, (_, n) => ({
    id: `${id}${n}`,
    body: body(n),
    created: created(n),
    author: `user ${n}`,
  }));
/** All at the same moment by as many people: what an import makes of thousands of comments. */
const imported = said(
  () => 'ok',
  () => 1_000_000,
);
const others = said(
  (n) => `Nobody else said ${n} of this`,
  () => 9_000_000,
  'x',
);
const never = () => false;

describe('others have a turn while thousands of comments of one issue', () => {
  it.each<[string, () => unknown]>([
    ['are matched', () => matchComments(imported, imported, never)],
    ['are compared with what is left', () => candidatesFor(imported, others, never)],
    ['are looked for on B', () => notCarried(others, imported)],
    [
      'are looked for on the other side',
      () =>
        missingThere(
          others,
          said((n) => `Said: ${n} ${'x'.repeat(99)}`, Number),
        ),
    ],
    [
      'are counted',
      () =>
        commentsMissingOrDoubled(
          { first: 'PA-1', second: 'PB-1' },
          { comments: others },
          { comments: others },
          { aToB: true, bToA: true, syncUsers: { a: 'backbone', b: 'backbone' } },
        ),
    ],
  ])('%s', async (_, work) => {
    expect(await turnsDuring(work)).toBeGreaterThan(50);
  });
});
