/** Where the parts that Temporal loads by path are. */
import { fileURLToPath } from 'node:url';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export const workflowsPath = path('../workflows/index.ts');
export const payloadConverterPath = path('../workflows/payloadConverter.ts');
export const workerPath = path('../worker.ts');
