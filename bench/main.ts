/** `npm run bench -- <subject>`: measures, prints one JSON value, and keeps it under bench/results. Nothing is asserted. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { batch } from './batch.ts';
import { ledger } from './ledger.ts';
import { mapping } from './mapping.ts';
import { pairs } from './pairs.ts';
import { size } from './size.ts';
import { soak } from './soak.ts';
import { steps } from './steps.ts';
import { writes } from './writes.ts';

const SUBJECTS: Record<string, () => Promise<unknown>> = { batch, ledger, mapping, pairs, size, soak, steps, writes };

const [name = ''] = process.argv.slice(2);
const subject = SUBJECTS[name];
if (!subject) {
  console.error(`npm run bench -- ${Object.keys(SUBJECTS).join('|')}`);
  process.exit(2);
}
const result = {
  subject: name,
  at: new Date().toISOString(),
  machine: { node: process.version, cores: cpus().length, cpu: cpus()[0]?.model },
  result: await subject(),
};
const text = JSON.stringify(result, null, 2);
await mkdir(new URL('results/', import.meta.url), { recursive: true });
await writeFile(new URL(`results/${name}.json`, import.meta.url), `${text}\n`);
console.log(text);
process.exit(0);
