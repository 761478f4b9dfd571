/** Texts of others in schemas, each with its limit. */
import { z } from 'zod';
import { isKey } from './key.ts';
import { LIMITS } from './limits.ts';

const upTo = (most: number) => z.string().max(most, `is longer than ${most} characters`);

export const nameText = upTo(LIMITS.name);
export const addressText = upTo(LIMITS.address);
export const key = upTo(LIMITS.key).refine(isKey, 'must be a key, like PA-31');
