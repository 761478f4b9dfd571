/** Texts of others in schemas, each with its limit. */
import { z } from 'zod';
import { isKey } from './key.ts';
import { LIMITS } from './limits.ts';

/** Not zod's own `max`: it measures whatever has a `length`, and throws where that is an object of others. */
export const noLonger = <T extends z.ZodType<string>>(text: T, most: number, error: string) =>
  text.refine((value) => value.length <= most, { error, params: { beyond: true } });

const upTo = (most: number) => noLonger(z.string(), most, `is longer than ${most} characters`);

export const nameText = upTo(LIMITS.name);
export const addressText = upTo(LIMITS.address);
export const key = upTo(LIMITS.key).refine(isKey, 'must be a key, like PA-31');
