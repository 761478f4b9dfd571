/** Keys of projects, issues, connectors and synchronizations, which become a part of addresses. */
import { z } from 'zod';
import { MigratorError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** What would end the part of an address, or lead out of it; no key of Jira or Backbone has any of it. */
const NO_KEY = /[\s/\\%?#\p{Cc}\p{Cf}]|\.\.|^\.$/u;

export const isKey = (text: string): boolean => text !== '' && text.length <= LIMITS.key && !NO_KEY.test(text);

export const key = z.string().refine(isKey, 'must be a key, like PA-31');

/** One part of an address. @throws MigratorError for what is no key: nothing is sent to wherever it would lead. */
export function segment(text: string): string {
  if (isKey(text)) return encodeURIComponent(text);
  throw new MigratorError('Unexpected', `${JSON.stringify(text.slice(0, 40))} is no key, so nothing was sent.`);
}
