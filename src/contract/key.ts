/** Keys of projects, issues, connectors and synchronizations, which become a part of addresses. */
import { MigratorError } from './errors.ts';
import { LIMITS } from './limits.ts';

/**
 * Letters, digits, `_`, `-`, `.`: what would end the part of an address or lead out of it, or be more than a value in JQL, is in no key
 * of Jira or Backbone.
 */
const KEY = /^[\p{L}\p{M}\p{N}_.-]+$/u;

export const isKey = (text: string): boolean =>
  text.length <= LIMITS.key && KEY.test(text) && text !== '.' && !text.includes('..');

/** One part of an address: a key, or an id. @throws MigratorError for what is neither: nothing is sent to wherever it would lead. */
export function segment(text: string): string {
  if (isKey(text)) return encodeURIComponent(text);
  throw new MigratorError('Unexpected', `${JSON.stringify(text.slice(0, 40))} is no key, so nothing was sent.`);
}
