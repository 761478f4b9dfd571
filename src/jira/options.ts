/** The options of a select field. */

import { MigratorError } from '../contract/errors.ts';
import { segment } from '../contract/key.ts';
import { bean, collect } from './paging.ts';
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
  const all = new Map<string, FieldOption>();
  const above = new Map<string, string>();
  for (let page = 1; ; page += 1) {
    const before = all.size;
    const query = { page, maxResults: 100, projectIds: projectId };
    const { options } = await get(`/customFields/${segment(numeric)}/options`, shapes.optionPage, query);
    for (const { option, children } of options) {
      all.set(option.id, option);
      for (const child of children) above.set(child, option.id);
    }
    if (all.size === before) return [...all.values()].map((option) => below(option, above.get(option.id)));
  }
}

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
  const found: FieldOption[] = [];
  for (const contextId of new Set(chosen.map((each) => each.contextId))) {
    const page = (startAt: number) =>
      get(`${path}/${segment(contextId)}/option`, options, { startAt, maxResults: 100 });
    found.push(...(await collect(page, ({ option }) => option.id)).map(({ option }) => option));
  }
  return found;
}
