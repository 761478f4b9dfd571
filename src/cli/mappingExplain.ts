/** `migrator mapping explain`: what a translation changes, by which rule and on what evidence, and what a person has to decide. */
import type { Command } from 'commander';
import { EXIT, usageError } from './errors.ts';
import { type Explained, explained, type MappingOptions, withMappingOptions } from './mappingSource.ts';
import { writeOut } from './output.ts';
import { columns, hint, type Lines, onlyYours, say, sayJson } from './print.ts';

interface ExplainOptions extends MappingOptions {
  out?: string;
  all?: boolean;
}

export function addMappingExplain(mapping: Command): void {
  withMappingOptions(
    mapping.command('explain').description('what would change and why, and what a person has to decide'),
  )
    .option('--all', 'also the values that stay as they are')
    .option('--out <file>', 'write the translated configuration, when nothing is left to decide')
    .action(explain);
}

async function explain(name: string | undefined, options: ExplainOptions): Promise<void> {
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
