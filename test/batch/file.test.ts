/** Batches as files: what a line becomes, and every problem with its line. No service is needed for it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBatchFile } from '../../src/cli/batchFile.ts';
import { checkBatch } from '../../src/contract/batchSchema.ts';
import { migrator } from '../cli/command.ts';
import { temporaryDirectory } from '../support/directories.ts';

const CSV = `original,new,project,copyStarted,copyFinished,frozenSince,reason
jira-old/INT-16,jira-new,jira-old/PA=jira-new/PA,2026-11-20T20:00:00Z,2026-11-20T23:10:00Z,2026-11-20T19:55:00Z,
jira-old/INT-17,jira-new,,,,,"CHG-4712, the second"
`;

async function file(name: string, text: string): Promise<string> {
  const path = join(await temporaryDirectory(), name);
  await writeFile(path, text);
  return path;
}

describe('a batch file', () => {
  it.each([
    ['commas', CSV],
    [
      'semicolons, a byte order mark and line ends of Windows',
      `\ufeff${CSV.replaceAll(/,(?! )/g, ';').replaceAll('\n', '\r\n')}`,
    ],
  ])('of CSV with %s becomes start objects', async (_, text) => {
    const { members, problems } = await readBatchFile(await file('wave.csv', text));
    expect(problems).toEqual([]);
    expect(members.migrations).toEqual([
      {
        original: { instance: 'jira-old', synchronization: 'INT-16' },
        new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/PA' } },
        move: {
          copyStarted: '2026-11-20T20:00:00Z',
          copyFinished: '2026-11-20T23:10:00Z',
          frozenSince: '2026-11-20T19:55:00Z',
        },
      },
      {
        original: { instance: 'jira-old', synchronization: 'INT-17' },
        new: { instance: 'jira-new', projects: {} },
        reason: 'CHG-4712, the second',
      },
    ]);
  });

  it('gives a migration what it leaves out of the batch, and its name', async () => {
    const { members } = await readBatchFile(await file('wave.csv', CSV));
    const batch = { name: 'wave-1', requestedBy: 'kim@example.com', reason: 'CHG-4711', ...members };
    const checked = checkBatch(batch, members.migrations);
    expect(
      'problems' in checked
        ? checked.problems
        : checked.migrations.map(({ reason, batch: of, requestedBy }) => [reason, of, requestedBy]),
    ).toEqual([
      ['CHG-4711', 'wave-1', 'kim@example.com'],
      ['CHG-4712, the second', 'wave-1', 'kim@example.com'],
    ]);
  });

  it('of CSV is refused as a whole, with every problem and its line', async () => {
    const path = await file(
      'bad wave.csv',
      `original,new,project,owner
jira-old/INT-16,jira-new,,me
INT-17,jira-new,,
jira-old/INT-18,jira new,jira-old/PA,
jira-old/INT-16,jira-new,,
`,
    );
    const { code, stderr } = await migrator(['batch', 'start', path, '--reason', 'CHG-4711', '--concurrency', '0']);
    expect(code).toBe(2);
    for (const line of [
      /:1 .*"owner" is not known/,
      /:3 .*"INT-17" names no synchronization/,
      /:4 .*does not say where it moved/,
      /:4 new\.instance: must be the name of an instance/,
      /:5 original: jira-old\/INT-16 is that of migrations\[0\] already/,
      /^ {2}\| {3}requestedBy: is missing/m,
      /^ {2}\| {3}concurrency: /m,
      /^ {2}\| {3}name: /m,
    ])
      expect(stderr).toMatch(line);
  });

  it('of YAML is refused with lines, whether it is the whole batch or just the list', async () => {
    const list = `- original: { instance: jira-old, synchronization: INT-16 }
  new: { instance: jira-new, projects: {} }
- original: { instance: jira-old, synchronization: INT-17 }
  new: { instance: jira-new }
  dryrun: true
`;
    const args = ['--by', 'kim@example.com', '--reason', 'CHG-4711'];
    const asList = await migrator(['batch', 'start', await file('list.yaml', list), ...args]);
    expect(asList).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /list\.yaml:4 new\.projects: is missing[\s\S]*list\.yaml:5 dryrun: is not a member/,
      ),
    });
    const whole = `name: wave-2\nconcurrency: many\nmigrations:\n${list.replaceAll(/^/gm, '  ').trimEnd()}\n`;
    const asWhole = await migrator(['batch', 'start', await file('whole.yaml', whole), ...args]);
    expect(asWhole).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/whole\.yaml:2 concurrency: [\s\S]*whole\.yaml:7 new\.projects/),
    });
  });

  it.each([
    ['empty.csv', 'original,new\n', /migrations: is empty/],
    ['number.json', '7', /holds no batch/],
    ['broken.yaml', 'a: [', /is not YAML/],
    ['odd.csv', 'original,new\n"jira-old/INT-16,x\n', /is not CSV as it should be/],
  ])('%s is refused', async (name, text, problem) => {
    const { code, stderr } = await migrator(['batch', 'start', await file(name, text), '--by', 'kim', '--reason', 'x']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(problem) });
  });

  it('can be printed for others to start, and then needs no service', async () => {
    const path = await file('wave-1.csv', CSV);
    const answers = await file('answers.yaml', 'copyGap: resync\n');
    const { code, stdout } = await migrator([
      ...['batch', 'start', path, '--by', 'kim', '--reason', 'CHG', '--mapping', answers, '--print', '--json'],
    ]);
    const printed: { temporal: string; start: { name: string; migrations: unknown[] } } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(printed.temporal).toMatch(/--type migrateBatch --workflow-id batch-wave-1-[0-9a-f]{8} /);
    expect(printed.start).toMatchObject({ name: 'wave-1', mapping: { copyGap: 'resync' } });
    expect(printed.start.migrations).toHaveLength(2);
    const other = await migrator([
      ...['batch', 'start', path, '--by', 'kim', '--reason', 'CHG', '--task-queue', 'night-migrations', '--print'],
    ]);
    expect(other.stdout).toContain('--workflow-id night-batch-wave-1-');
  });
});
