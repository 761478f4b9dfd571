/** `migrator mapping`: what a translation would change and why, decided answers as a file, and whether mapping files are right. */

import type { Command } from 'commander';
import { append } from '../contract/lists.ts';
import { decisionRows, decisionsOf, isDecisions, readDecisions } from '../mapping/decisions.ts';
import { mergePairs, storedMapping } from '../mapping/idMapping.ts';
import { csvLines, type FileProblem, problemText, textOfFile } from '../sheets/lines.ts';
import { EXIT, usageError } from './errors.ts';
import { readBytes } from './files.ts';
import { type IdMappingFlags, idMappingFile, readIdMappings, withIdMappingFlags } from './mappingFiles.ts';
import { type Explained, explained, type MappingOptions, withMappingOptions } from './mappingSource.ts';
import { writeOut } from './output.ts';
import { answer, columns, hint, type Lines, onlyYours, say, sayJson } from './print.ts';
import { type ServiceOptions, serviceCommand, withStore } from './service.ts';

export function addMapping(program: Command): void {
  const mapping = program
    .command('mapping')
    .description(
      'how values of a configuration are translated to another instance; nothing is run, nothing is written to one',
    );
  addExplain(mapping);
  addExport(mapping);
  addMappingCheck(mapping);
  addStore(mapping);
}

interface OutOptions extends MappingOptions {
  out?: string;
  all?: boolean;
}

function addExplain(mapping: Command): void {
  const description = 'what would change and why, and what a person has to decide';
  withMappingOptions(mapping.command('explain').description(description))
    .option('--all', 'also the values that stay as they are')
    .option('--out <file>', 'write the translated configuration, when nothing is left to decide')
    .action(explain);
}

async function explain(name: string | undefined, options: OutOptions): Promise<void> {
  const found = await explained(name, options);
  const { references, questions, waiting, text, findings, unused } = found;
  if (options.json) {
    const changes = references.filter((each) => each.old !== each.new);
    sayJson({ changes, questions, waiting, findings, unused, ...(options.all ? { references } : {}) });
  } else say(pageOf(found, options.all ?? false));
  process.exitCode = questions.length > 0 ? EXIT.person : EXIT.ok;
  if (options.out === undefined) return;
  if (text === undefined)
    throw usageError('A migration has its own file.', 'Leave --out away; `migrator status` names its artifact.');
  if (questions.length > 0) hint(`Not written: ${options.out}. ${questions.length} values are not decided.`);
  else {
    await writeOut(options.out, text);
    hint(`Written: ${options.out}. ${onlyYours()}`);
  }
}

function pageOf({ of, references, questions, waiting, findings, unused }: Explained, all: boolean): Lines {
  const shown = references.filter((each) => all || each.old !== each.new);
  const kept = references.length - references.filter((each) => each.old !== each.new).length;
  const rows = shown.map(({ path, old, new: now, rule, evidence }) => [path, old, now, rule, evidence]);
  const blocks: Lines[] = [
    `${of}: ${references.length - kept} values change, ${kept} stay, ${questions.length} to decide.`,
    ...(rows.length > 0 ? [columns([['WHERE', 'WAS', 'BECOMES', 'RULE', 'EVIDENCE'], ...rows])] : []),
    ...questions.map(({ id, text, choices }) => [
      `? ${id}`,
      `  ${text}`,
      ...choices.map(({ value, label, evidence }) => `    ${value}  ${label}${evidence ? `: ${evidence}` : ''}`),
    ]),
    ...(waiting.length > 0 ? [waiting] : []),
    ...(unused.length > 0 ? [`Nothing asked for: ${unused.join(', ')}.`] : []),
    ...findings,
  ];
  return blocks.flatMap((block, n) => (n === 0 ? [block] : ['', block]));
}

function addExport(mapping: Command): void {
  const description = 'decided answers and open questions as CSV; fill in the column value';
  withMappingOptions(mapping.command('export').description(description))
    .option('--all', 'also what rules have found, so that a person can decide otherwise')
    .option('--out <file>', 'the file to write (default: stdout)')
    .action(exportDecisions);
}

async function exportDecisions(name: string | undefined, options: OutOptions): Promise<void> {
  const decisions = decisionsOf(await explained(name, options), options.all);
  const open = decisions.filter(({ value }) => value === '').length;
  // Spreadsheets take a file without the mark for the code page of their country.
  const lines = csvLines(decisionRows(decisions));
  const csv = `\ufeff${lines.join('\r\n')}\r\n`;
  if (options.out !== undefined) await writeOut(options.out, csv);
  if (options.json) return sayJson({ ...(options.out ? { file: options.out } : {}), open, decisions });
  if (options.out === undefined && process.stdout.isTTY) say(lines);
  else if (options.out === undefined) process.stdout.write(csv);
  hint(
    `${decisions.length - open} decided, ${open} to decide${options.out ? `: ${options.out}. ${onlyYours()}` : '.'}`,
  );
}

interface StoreOptions extends ServiceOptions, IdMappingFlags {
  from: string;
  to: string;
}

function addStore(mapping: Command): void {
  const description = 'put official id mappings into the store, for `idMappings` of a start object';
  const files = ['<files...>', 'CSV, JSONL or JSON; all of them together are one mapping'] as const;
  withIdMappingFlags(serviceCommand(mapping, 'store', description, files))
    .requiredOption('--from <instance>', 'the instance of the old ids')
    .requiredOption('--to <instance>', 'the instance of the new ids')
    .action(store);
}

async function store(files: string[], options: StoreOptions): Promise<void> {
  const { mapping, notes, passedOver } = await readIdMappings(files, options);
  for (const note of notes) hint(`${problemText(note)} (no harm)`);
  for (const [type, lines] of Object.entries(passedOver)) hint(`Passed over: ${lines} lines of ${type}.`);
  await withStore(options, async ({ artifacts }) => {
    const digest = await artifacts.putJson(storedMapping(mapping, options.from, options.to));
    const use = `Name it as --id-mapping, or in the start object: "idMappings": ["${digest}"]`;
    answer(options, { digest, pairs: mapping.size }, [digest, `${mapping.size} pairs. ${use}`]);
  });
}

interface CheckOptions extends IdMappingFlags {
  json?: boolean;
}

interface FileCheck {
  file: string;
  is: 'decided answers' | 'id mapping';
  /** Answers, or pairs that hold. */
  count: number;
  open?: number;
  passedOver?: Record<string, number>;
}

export function addMappingCheck(mapping: Command): void {
  withIdMappingFlags(
    mapping
      .command('check')
      .description('whether files of decided answers and official id mappings can be used; asks no instance')
      .argument('<files...>', 'CSV of decided answers; CSV, JSONL or JSON of id mappings'),
  )
    .option('--json', 'one JSON value on stdout')
    .action(check);
}

async function check(files: string[], options: CheckOptions): Promise<void> {
  const checks: FileCheck[] = [];
  const problems: FileProblem[] = [];
  const notes: FileProblem[] = [];
  const decided = new Map<string, { value: string; file: string }>();
  const pairs: Parameters<typeof mergePairs>[0][number][] = [];
  for (const name of files) {
    const file = { name, bytes: await readBytes(name) };
    const read = textOfFile(file);
    if ('text' in read && isDecisions(read.text)) {
      const found = await readDecisions(file);
      for (const problem of found.problems) problems.push(problem);
      for (const note of found.notes) notes.push(note);
      for (const [id, value] of Object.entries(found.decided)) {
        const before = decided.get(id);
        if (before && before.value !== value)
          problems.push({
            file: name,
            line: 1,
            what: `answers ${id} with "${value}", ${before.file} with "${before.value}"`,
          });
        decided.set(id, { value, file: name });
      }
      checks.push({ file: name, is: 'decided answers', count: Object.keys(found.decided).length, open: found.open });
    } else {
      const found = await idMappingFile(file, options);
      for (const problem of found.problems) problems.push(problem);
      for (const pair of found.pairs) pairs.push(pair);
      checks.push({ file: name, is: 'id mapping', count: found.pairs.length, passedOver: found.passedOver });
    }
  }
  const merged = mergePairs(pairs);
  append(problems, merged.problems);
  append(notes, merged.notes);
  if (options.json) sayJson({ ok: problems.length === 0, checks, problems, notes });
  else
    say([
      ...problems.map(problemText),
      ...notes.map((note) => `${problemText(note)} (no harm)`),
      ...checks.map(checkText),
    ]);
  process.exitCode = problems.length === 0 ? EXIT.ok : EXIT.usage;
}

function checkText({ file, is, count, open, passedOver = {} }: FileCheck): string {
  const others = Object.entries(passedOver).map(([type, lines]) => `${lines} of ${type}`);
  const more = [
    ...(open ? [`${open} without a value`] : []),
    ...(others.length > 0 ? [`passed over: ${others.join(', ')}`] : []),
  ];
  return `${file}: ${is}, ${count} ${is === 'id mapping' ? 'pairs' : 'answers'}${more.length > 0 ? `; ${more.join('; ')}` : ''}`;
}
