/**
 * What a person sends to start a migration. One JSON object, because the Temporal UI sends exactly one payload. These are the types of
 * the schema that checks it, and of no library, so that workflow code can use them.
 */
import type { z } from 'zod';
import type { startSchema } from './schemas.ts';

export type StartInput = z.infer<typeof startSchema>;
export type StepOrder = NonNullable<StartInput['order']>;
