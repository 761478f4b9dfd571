/** docs/assumptions.md has every switch and every capability, and the numbers that the code cites. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defaultSwitches } from '../../sandbox/switches.ts';
import { instance } from '../../src/config/schema.ts';
import { ERRORS } from '../../src/contract/errors.ts';
import { readSource, sourceFiles } from './imports.ts';
import { codesIn, readPage, tableOf } from './pages.ts';

const page = readPage('docs/assumptions.md');
const behaviour = tableOf(page, 'no.', 'question', 'assumed').rows;
const faults = tableOf(page, 'sandbox', 'what happens').rows;
const unused = tableOf(page, 'sandbox', 'question').rows;
const switches = [
  ...behaviour.map((row) => row.at(-1)),
  ...faults.map(([name]) => name),
  ...unused.map(([name]) => name),
];
const configuration = behaviour.flatMap((row) => codesIn(row.at(-2) ?? ''));

describe('docs/assumptions.md', () => {
  it.each(Object.keys(defaultSwitches()))('says what the switch %s is for, in one row', (name) => {
    expect(switches.flatMap((cell) => codesIn(cell ?? '')).filter((each) => each === name)).toEqual([name]);
  });

  it('names no switch that the sandbox does not have', () => {
    const named = switches.flatMap((cell) => codesIn(cell ?? ''));
    expect(named.filter((name) => !Object.hasOwn(defaultSwitches(), name))).toEqual([]);
  });

  it('names every capability of an instance', () => {
    const { backbone } = z.toJSONSchema(instance, { io: 'input' }).properties as Record<string, { properties: object }>;
    const named = configuration.map((code) => code.split('.')[0]);
    expect(Object.keys(backbone?.properties ?? {}).filter((member) => !named.includes(member))).toEqual([]);
  });

  it('is numbered without gaps', () => {
    expect(behaviour.map(([number]) => number)).toEqual(behaviour.map((_, at) => `A${at + 1}`));
  });

  it('fills every cell', () => {
    for (const row of behaviour) expect(row.map((cell) => cell !== '')).toEqual(Array(6).fill(true));
  });

  it('has every number that code or pages cite', () => {
    const texts = [...sourceFiles('src'), ...sourceFiles('sandbox')].map(readSource);
    const cited = [...texts, readPage('docs/errors.md'), page].flatMap((text) =>
      [...text.matchAll(/(?:assumption |assumptions\.md\), |\| )(A\d+)\b/g)].map(([, number = '']) => number),
    );
    expect(cited).toContain('A7');
    expect(cited.filter((number) => !behaviour.some(([each]) => each === number))).toEqual([]);
    expect(behaviour[6]?.join(' ')).toContain('NoConfigurationExport');
    expect(behaviour[0]?.join(' ')).toContain('405');
  });

  it('cites errors and refusals that exist', () => {
    const known = readPage('docs/errors.md');
    const named = behaviour
      .flatMap((row) => codesIn(row[3] ?? ''))
      .filter((code) => /^[A-Z][a-z]+[A-Z]\w+$/.test(code));
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((code) => !(code in ERRORS) && !known.includes(`| \`${code}\` |`))).toEqual([]);
  });
});
