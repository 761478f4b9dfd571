/**
 * Everything that takes one text, found in the sources, is fed what is the worst for somebody: so a new function is too, and nobody
 * has to think of it. What needs more than a text is in worst.test.ts.
 */
import { describe, expect, it } from 'vitest';
import type { Synchronization } from '../../src/backbone/types.ts';
import { ROOT, readSource, sourceFiles } from '../docs/imports.ts';
import { translate, withConfiguration } from '../mapping/world.ts';
import { expectSteady, fill } from './growth.ts';

/** Where texts of others are read or shown. */
const FOLDERS = ['backbone', 'contract', 'http', 'jira', 'mapping', 'pairs', 'partner', 'report', 'sheets'];

/** With one text, bytes or anything at all, and nothing else that has to be given. */
const ALONE =
  /^export (?:function|const) (\w+)(?: = )?\(\s*(?:\w+): (string|Uint8Array|unknown)(?:, \w+ = [^,)]+)?,?\s*\)/gm;

type Taking = (given: unknown) => unknown;

const found: [name: string, kind: string, file: string][] = FOLDERS.flatMap((folder) =>
  sourceFiles(`src/${folder}`).flatMap((file) =>
    [...readSource(file).matchAll(ALONE)].map(([, name = '', kind = '']): [string, string, string] => [
      name,
      kind,
      file,
    ]),
  ),
);

/** Pieces that patterns begin at, end at, or go back over; the last sign of a text is another one. */
const PIECES = [
  ' ',
  '/',
  '\\',
  '"',
  '\\"',
  "'",
  '(',
  '()',
  '[{',
  '<a ',
  '->',
  '@',
  ',',
  '-',
  '.',
  '9',
  'x',
  'X',
  '\n',
  '\r\n ',
  'a.',
  ' - ',
].concat([
  'a in (',
  'order by ',
  ' (migrated 2',
  ' (migrated 2)',
  'cf[1] = ',
  '"a":1,',
  '%2e',
  'customfield_',
  '\u202e',
  '😀',
  'é',
]);

async function functionOf(file: string, name: string): Promise<Taking> {
  const taking: unknown = Reflect.get(await import(`${ROOT}${file}`), name);
  if (typeof taking !== 'function') throw new Error(`${file} has no function ${name}`);
  return (given) => taking(given);
}

describe('four times as much text takes no more than a little over four times as long', () => {
  it('is shown of many functions', () => {
    expect(found.length).toBeGreaterThan(50);
    expect(found.map(([name]) => name)).toEqual(
      expect.arrayContaining(['jqlProblem', 'rootName', 'shown', 'documentText']),
    );
  });

  it.each(found)('to give %s a %s, in %s', { timeout: 240_000 }, async (name, kind, file) => {
    const take = await functionOf(file, name);
    const read = (text: string) => {
      try {
        return take(kind === 'Uint8Array' ? Buffer.from(text) : text);
      } catch (error) {
        // Refused, which is an answer; but to run out of stack is none.
        if (error instanceof RangeError) throw error;
        return undefined;
      }
    };
    for (const piece of PIECES) await expectSteady((length) => `${fill(length, piece)}!`, read);
  });
});

/** Where a configuration has texts that are looked through for names, ids and keys; one of them as the name of a member. */
const PLACES: [where: string, put: (one: Synchronization, text: string) => void][] = [
  ['a filter', (one, text) => Object.assign(one, { filter: { firstJql: text } })],
  ['a template', (one, text) => Object.assign(one, { templates: { comment: text } })],
  ['an advanced workflow', (one, text) => Object.assign(one, { workflowMappings: [{ id: 'w', advanced: text }] })],
  ['who is responsible', (one, text) => Object.assign(one, { sync: { responsibilityConfiguration: text } })],
  ['a name that nobody knows', (one, text) => Object.assign(one, { unknown: { [text]: 'x' } })],
];
const NAMES = [
  'cf[10105] = Major and ',
  'customfield_10105 ',
  'Severity ',
  'PA-1 ',
  'Done ',
  'transition 31\n',
  ' 9',
  '9\n',
];

describe('a configuration is translated in time that grows with its length and no faster', () => {
  it.each(PLACES)('where the worst of texts is %s', { timeout: 240_000 }, async (_, put) => {
    const read = (text: string) => translate({ configuration: withConfiguration((one) => put(one, text)) });
    for (const piece of [...PIECES, ...NAMES]) await expectSteady((length) => `${fill(length, piece)}!`, read);
  });
});
