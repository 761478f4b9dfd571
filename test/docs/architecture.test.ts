/** docs/architecture.md says who may import what; the sources are held against it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { STEP_NAMES } from '../../src/contract/names.ts';
import { STEP_ORDERS } from '../../src/contract/order.ts';
import { importsBelow, importsOf, loadedBy, partOf, ROOT, readSource, sourceFiles } from './imports.ts';
import { codeOf, codesIn, readPage, tableOf } from './pages.ts';

const page = readPage('docs/architecture.md');
const CODE = ['src', 'sandbox', 'demo', 'bench', 'test'];
const PURE = ['sheets', 'mapping', 'migration', 'pairs', 'partner', 'evidence', 'report'];

const parts = tableOf(page, 'part', 'what it is', 'may import').rows.map(([name, , values = '', types = '']) => ({
  name: codeOf(name),
  values: codesIn(values),
  types: codesIn(types),
}));

const between = (from: string, ...to: string[]): string[] =>
  importsBelow(from)
    .filter(({ target }) => to.some((folder) => target.startsWith(`${folder}/`)))
    .map(({ file, target }) => `${file} imports ${target}`);

describe('the imports', () => {
  it('are read: types and values are told apart', () => {
    const imports = importsOf('src/workflows/proxies.ts');
    expect(imports).toContainEqual({
      file: 'src/workflows/proxies.ts',
      target: 'src/activities/types.ts',
      typesOnly: true,
    });
    expect(imports).toContainEqual({
      file: 'src/workflows/proxies.ts',
      target: '@temporalio/workflow',
      typesOnly: false,
    });
    const missing = CODE.flatMap(importsBelow).filter(
      ({ target }) => target.endsWith('.ts') && !existsSync(path.join(ROOT, target)),
    );
    expect(missing).toEqual([]);
  });

  it('of src lead to no sandbox, demo, bench or test', () => {
    expect(between('src', 'sandbox', 'demo', 'bench', 'test')).toEqual([]);
  });

  it('of the sandbox lead to nothing of src', () => {
    expect(between('sandbox', 'src', 'demo', 'bench', 'test')).toEqual([]);
  });

  it('between the parts of src are those of the table', () => {
    const wrong = importsBelow('src').filter(({ file, target, typesOnly }) => {
      const [from, to] = [partOf(file), partOf(target)];
      if (!target.startsWith('src/') || from === to) return false;
      const row = parts.find(({ name }) => name === from);
      return !row?.values.includes(to) && !(typesOnly && row?.types.includes(to));
    });
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it('of workflow code load contract and pure pages, and neither a schema library nor a Node module', () => {
    const loaded = [...loadedBy(sourceFiles('src/workflows'))];
    const files = loaded.filter((each) => each.endsWith('.ts'));
    expect(files.filter((each) => !['workflows', 'contract', 'migration', 'report'].includes(partOf(each)))).toEqual(
      [],
    );
    const packages = loaded.filter((each) => !each.endsWith('.ts'));
    expect(packages.filter((each) => each !== '@temporalio/workflow' && each !== '@temporalio/common')).toEqual([]);
    const types = importsBelow('src/workflows').filter(({ typesOnly }) => typesOnly);
    const foreign = types.filter(({ target }) => target.startsWith('src/activities/'));
    expect(new Set(foreign.map(({ target }) => target))).toEqual(new Set(['src/activities/types.ts']));
  });

  it.each(PURE)('of %s do no input or output', (part) => {
    const loaded = [...loadedBy(sourceFiles(`src/${part}`))];
    const allowed = ['json-canonicalize', 'csv-parse'];
    // A digest, and whether bytes are text: computed, nothing is read or written.
    if (part === 'evidence') allowed.push('node:crypto');
    // Entries are described by schemas.
    if (part === 'migration') allowed.push('zod');
    if (part === 'pairs' || part === 'evidence') allowed.push('node:buffer');
    expect(loaded.filter((each) => !each.endsWith('.ts') && !allowed.includes(each))).toEqual([]);
    // What of the contract they load is pure too, or a package of it would have been found above.
    const own = [...PURE, 'contract'];
    expect(loaded.filter((each) => each.endsWith('.ts') && !own.includes(partOf(each)))).toEqual([]);
  });

  it.each(PURE)('of %s reach for no clock, chance, network or process', (part) => {
    const wrong = sourceFiles(`src/${part}`).filter((file) =>
      /\b(?:Date\.now\(|new Date\(\)|Math\.random\(|fetch\(|process\.|globalThis)/.test(readSource(file)),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the table of parts', () => {
  it('names every folder and file of src', () => {
    const there = sourceFiles('src').map(partOf);
    const named = parts.map(({ name }) => name);
    expect(there.filter((name) => !named.includes(name))).toEqual([]);
    expect(new Set(named).size).toBe(named.length);
  });

  it('points one way: no two parts load each other', () => {
    const values = (name: string) => parts.find((part) => part.name === name)?.values ?? [];
    const circles = parts.flatMap(({ name }) =>
      values(name)
        .filter((other) => values(other).includes(name))
        .map((other) => `${name} <> ${other}`),
    );
    expect(circles).toEqual([]);
  });
});

describe('the page', () => {
  it('tells every step in the order of the guide', () => {
    const steps = tableOf(page, 'step', 'done when').rows.map(([name]) => codeOf(name));
    expect(steps).toEqual([...STEP_NAMES]);
    expect(steps).toEqual([...STEP_ORDERS.guide]);
  });
});

it('no file has more than 400 lines', () => {
  const long = CODE.flatMap(sourceFiles).filter((file) => readSource(file).split('\n').length > 401);
  expect(long).toEqual([]);
});
