/** Files that people write for a command: JSON or YAML, which is the same reader, since YAML contains JSON. */
import { boundedBytes } from '../config/boundedFile.ts';
import { readYaml } from '../config/document.ts';
import { LIMITS, sizeText } from '../contract/limits.ts';
import { readDecisions } from '../mapping/decisions.ts';
import { type FileProblem, fewOf, problemText } from '../sheets/lines.ts';
import { type CommandError, usageError } from './errors.ts';

/** @throws CommandError `Usage` when it cannot be read or is neither JSON nor YAML. Its content is not repeated. */
export async function readDataFile(file: string): Promise<unknown> {
  const { value, problems } = readYaml((await readBytes(file, LIMITS.document)).toString('utf8'));
  if (problems.length === 0) return value ?? {};
  const lines = problems.map(({ line, what }) => `${file}:${line} ${what}`).join('; ');
  throw usageError(`${lines}.`, 'Give a file of JSON or YAML.');
}

/** Question ids and their values, as text. A CSV file is one of decided answers, and used as a whole or not at all. */
export async function readAnswersFile(file: string): Promise<Record<string, string>> {
  if (/\.csv$/i.test(file)) {
    const { decided, problems } = await readDecisions({ name: file, bytes: await readBytes(file) });
    if (problems.length > 0) throw wrongFiles(problems);
    return decided;
  }
  const value = await readDataFile(file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageError(`${file} holds no question ids.`, 'Give one object, like {"copyGap": "resync"}.');
  }
  return Object.fromEntries(Object.entries(value).map(([id, answer]) => [id, asText(file, id, answer)]));
}

/** Every problem at once, each by its line. */
export const wrongFiles = (problems: readonly FileProblem[]): CommandError =>
  usageError(`${fewOf(problems.map(problemText)).join('; ')}.`, 'Correct these lines; nothing of the file was used.');

function asText(file: string, id: string, answer: unknown): string {
  if (typeof answer === 'number' && Number.isInteger(answer) && !Number.isSafeInteger(answer))
    throw usageError(`${file}: the number of ${id} is too large to be read as one.`, 'Put it in double quotes.');
  if (['string', 'number', 'boolean'].includes(typeof answer)) return String(answer);
  throw usageError(`${file}: the value of ${id} is no text.`, 'Every question has one value.');
}

/** @throws CommandError `Usage` when it cannot be read, or has more than `most` bytes. */
export async function readBytes(file: string, most: number = LIMITS.table): Promise<Buffer> {
  try {
    const bytes = await boundedBytes(file, most);
    if (bytes) return bytes;
  } catch (error) {
    const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    const what = code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(code ?? 'unknown')})`;
    throw usageError(`${file} ${what}.`, 'Name a file that can be read.');
  }
  throw usageError(`${file} has more than ${sizeText(most)}.`, 'Split it, or name the file that you mean.');
}
