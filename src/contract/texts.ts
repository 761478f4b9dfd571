/** Texts of others in schemas, each with its limit. */
import { z } from 'zod';
import { isKey } from './key.ts';
import { LIMITS, LONGER } from './limits.ts';

const upTo = (most: number) => z.string().max(most, `${LONGER} ${most} characters`);

export const nameText = upTo(LIMITS.name);
export const addressText = upTo(LIMITS.address);
export const key = upTo(LIMITS.key).refine(isKey, 'must be a key, like PA-31');
