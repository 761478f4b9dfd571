/** Texts of others in schemas, each with its limit. */
import { z } from 'zod';
import { LIMITS, LONGER } from './limits.ts';

const upTo = (most: number) => z.string().max(most, `${LONGER} ${most} characters`);

export const nameText = upTo(LIMITS.name);
export const addressText = upTo(LIMITS.address);
