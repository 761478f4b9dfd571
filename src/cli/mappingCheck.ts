/** `migrator mapping check`: whether files of decided answers and id mappings are right; each wrong line is named. */

import type { Command } from 'commander';
import { append } from '../contract/lists.ts';
import { isDecisions, readDecisions } from '../mapping/decisions.ts';
import { mergePairs } from '../mapping/idMapping.ts';
import { type FileProblem, problemText, textOfFile } from '../sheets/lines.ts';
import { EXIT } from './errors.ts';
import { readBytes } from './files.ts';
import { type IdMappingFlags, idMappingFile, withIdMappingFlags } from './mappingFiles.ts';
import { say, sayJson } from './print.ts';

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
