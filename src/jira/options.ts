/** The options of a select field. */

import { MigratorError } from '../contract/errors.ts';
import { segment } from '../contract/key.ts';
import { LIMITS } from '../contract/limits.ts';
import { bean, collect, tooMany } from './paging.ts';
import * as shapes from './shapes.ts';
import type { FieldOption, Get } from './types.ts';

export function fieldOptions(get: Get, cloud: boolean, fieldId: string, projectId?: string): Promise<FieldOption[]> {
  return cloud ? cloudOptions(get, fieldId, projectId) : dataCenterOptions(get, fieldId, projectId);
}

/**
 * Takes the numeric id (`customfield_10110` is answered 404), pages from 1. `total` can be missing and pages can be shorter than
 * asked, so it goes on until a page adds nothing new.
 */
async function dataCenterOptions(get: Get, fieldId: string, projectId?: string): Promise<FieldOption[]> {
  const numeric = /^customfield_(\d+)$/.exec(fieldId)?.[1];
  if (numeric === undefined) {
    throw new MigratorError('Unexpected', `${fieldId} is no custom field, only these have options.`);
  }
  const above = new Map<string, string>();
  let page = 0;
  const read = async () => {
    page += 1;
    const query = { page, maxResults: 100, projectIds: projectId };
    const { options } = await get(`/customFields/${segment(numeric)}/options`, shapes.optionPage, query);
    for (const { option, children } of options) for (const child of children) above.set(child, option.id);
    return { items: options };
  };
  const all = await collect(read, ({ option }) => option.id, limitOf(fieldId));
  return all.map(({ option }) => below(option, above.get(option.id)));
}

const limitOf = (fieldId: string) => ({ whose: fieldId, what: 'options', most: LIMITS.list });

const below = (option: FieldOption, parent: string | undefined): FieldOption =>
  parent === undefined ? option : { ...option, parent };

const mappings = bean(shapes.contextMapping);
const options = bean(shapes.option);

/** Needs Jira administration. A project's own context goes before the global one. */
async function cloudOptions(get: Get, fieldId: string, projectId?: string): Promise<FieldOption[]> {
  const path = `/field/${segment(fieldId)}/context`;
  const contexts = await collect(
    (startAt) => get(`${path}/projectmapping`, mappings, { startAt, maxResults: 50 }),
    (each) => `${each.contextId} ${each.projectId}`,
  );
  const own = contexts.filter((each) => projectId !== undefined && each.projectId === projectId);
  const global = contexts.filter((each) => each.isGlobalContext === true);
  const chosen = projectId === undefined ? contexts : own.length > 0 ? own : global;
  const limit = limitOf(fieldId);
  const found: FieldOption[] = [];
  for (const contextId of new Set(chosen.map((each) => each.contextId))) {
    const page = (startAt: number) =>
      get(`${path}/${segment(contextId)}/option`, options, { startAt, maxResults: 100 });
    for (const { option } of await collect(page, ({ option }) => option.id, limit)) found.push(option);
    if (found.length > limit.most) throw tooMany(limit);
  }
  return found;
}
