/** Atlassian's own documents of Jira's REST interfaces, where they lie beside the checkout. */
import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

const fileOf = (name: string) => new URL(`../../../../shared/openapi/${name}`, import.meta.url);

/** Why a contract cannot be checked, or undefined. */
export function whyMissing(name: string): string | undefined {
  const file = fileOf(name);
  return existsSync(file) ? undefined : `${file.pathname} is not there: the contract is not checked`;
}

/** The parsed document, and a validator that knows it under `id`. */
export function readDocument<T extends object>(name: string, id: string): { document: T; ajv: Ajv } {
  const document: T = JSON.parse(readFileSync(fileOf(name), 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  for (const format of ['int32', 'int64', 'float', 'double']) ajv.addFormat(format, true);
  ajv.addSchema(document, id);
  return { document, ajv };
}
