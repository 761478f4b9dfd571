/**
 * Bundles the workflows into one file, which a worker takes with `--bundle` instead of bundling them at each start.
 *
 *   node src/service/bundle.ts <file>
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { payloadConverterPath, workflowsPath } from './paths.ts';

/** Takes about a second. Throws when the workflows import what has no place in a workflow. */
export async function bundleWorkflows(file: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    payloadConverterPath,
    logger: new DefaultLogger('ERROR'),
  });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, code);
}

if (import.meta.main) {
  const [file] = process.argv.slice(2);
  if (!file) throw new Error('Name the file: node src/service/bundle.ts <file>');
  await bundleWorkflows(file);
}
