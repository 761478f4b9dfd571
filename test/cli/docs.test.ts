import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/errors.ts';
import { createProgram } from '../../src/cli/program.ts';
import { commandsOf } from './commands.ts';

const page = await readFile(fileURLToPath(new URL('../../docs/cli.md', import.meta.url)), 'utf8');
const COMMON = ['--home', '--address', '--namespace', '--store', '--json', '--by'];

const all = commandsOf(createProgram());
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((text) => [/^`([^`]+)`/.exec(text)?.[1] ?? '', text.split(/^## /m)[0] ?? ''] as const),
);

describe('docs/cli.md', () => {
  it('has every command and no other', () => {
    expect([...sections.keys()].toSorted()).toEqual(all.map(([name]) => name).toSorted());
  });

  it.each(all)('shows %s with every option of its own and an example that the program understands', (name, command) => {
    const section = sections.get(name) ?? '';
    const options = command.options.map(({ long }) => long ?? '').filter((long) => !COMMON.includes(long));
    expect(options.filter((long) => !section.includes(long))).toEqual([]);
    const example = /```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
    expect(example.startsWith(`${name} `) || example === `${name}\n`).toBe(true);
    const used = [...example.matchAll(/ (--[a-z-]+)/g)].map(([, option]) => option);
    const known = command.options.map(({ long }) => long);
    if (name !== 'migrator sandbox') expect(used.filter((option) => !known.includes(option))).toEqual([]);
  });

  it('says every exit code', () => {
    const codes = [...page.matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(EXIT));
  });
});
