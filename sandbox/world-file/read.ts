/** Reading a world file: the schema first, then what a schema cannot say. Every problem is named with its path. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject } from 'ajv';
import { parseExact } from '../http/exact-json.ts';
import { defaultSwitches, setSwitches } from '../switches.ts';
import { danglingNames } from './names.ts';
import type { WorldFile } from './types.ts';

const schema: unknown = JSON.parse(readFileSync(new URL('./world.schema.json', import.meta.url), 'utf8'));

/** Every problem of the file, one a line. Nothing was started. */
export class WorldFileError extends Error {
  readonly problems: readonly string[];
  constructor(file: string, problems: readonly string[]) {
    super(`${file} is not a world (see docs/sandbox.md):\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Throws a WorldFileError. */
export async function readWorldFile(path: string): Promise<WorldFile> {
  let value: unknown;
  try {
    value = parseExact(await readFile(path, 'utf8'));
  } catch (error) {
    throw new WorldFileError(path, [error instanceof Error ? error.message : String(error)]);
  }
  return checkWorldFile(path, value);
}

export function checkWorldFile(name: string, value: unknown): WorldFile {
  // Unions of types are meant: a value of a change may be null.
  const check = new Ajv({ allErrors: true, allowUnionTypes: true }).compile<WorldFile>(
    typeof schema === 'object' && schema !== null ? schema : {},
  );
  if (!check(value)) throw new WorldFileError(name, (check.errors ?? []).map(sentence));
  const problems = [...danglingNames(value), ...switchProblems(value)];
  if (problems.length > 0) throw new WorldFileError(name, problems);
  return value;
}

function switchProblems({ switches = {} }: WorldFile): string[] {
  return setSwitches(defaultSwitches(), switches).map((problem) => `/switches: ${problem}`);
}

function sentence({ instancePath, message = 'is wrong', keyword, params }: ErrorObject): string {
  const path = instancePath === '' ? '/' : instancePath;
  if (keyword === 'additionalProperties') return `${path}: has no member ${params.additionalProperty}`;
  if (keyword === 'enum') return `${path}: must be one of ${params.allowedValues.join(', ')}`;
  return `${path}: ${message}`;
}
