/** What a draft has to do so that a configuration becomes another one, as far as drafts reach (documented list). Pure. */
import type { Synchronization } from '../backbone/types.ts';
import { isObject, valueAt } from '../contract/problems.ts';
import { elementAs, pairElements } from './compare.ts';

/** What a draft carries; everything else of a configuration is a person's. */
export const DRAFT_LISTS = {
  issueTypeMappings: ['issueTypeMappings'],
  fieldMappings: ['fieldMappings'],
  firstFieldDefaults: ['firstConnector', 'fieldDefaults'],
  secondFieldDefaults: ['secondConnector', 'fieldDefaults'],
} as const satisfies Record<string, readonly string[]>;

export type DraftList = keyof typeof DRAFT_LISTS;

export interface DraftOperation {
  list: DraftList;
  /** Of an element that is there and is edited. Absent: it is added. */
  id?: string;
  /** Whole, without ids when it is added. */
  element: Record<string, unknown>;
}

/**
 * Without `base` everything that is wanted and not there is added, and what differs is edited. With `base`, the configuration as it
 * was imported, only elements that still stand as they were imported become what is wanted now: what somebody has changed since is
 * that person's choice. Nothing is ever taken away. `base` and `wanted` are translations of one configuration, so their elements
 * have the same positions.
 */
export function draftOperations(live: Synchronization, wanted: Synchronization, base?: Synchronization) {
  return (Object.keys(DRAFT_LISTS) as DraftList[]).flatMap((list): DraftOperation[] => {
    const [there, due] = [elementsOf(live, list), elementsOf(wanted, list)];
    const before = base && elementsOf(base, list);
    const compared = (elements: Record<string, unknown>[]) =>
      elements.map((element) => elementAs(nameOf(list), element));
    const operations: DraftOperation[] = [];
    for (const pair of pairElements(compared(there), compared(before ?? due))) {
      const element = due[pair.wanted ?? -1];
      const stands = there[pair.live ?? -1];
      if (!element || (before ? !pair.same : pair.same)) continue;
      if (before && sameElement(list, before[pair.wanted ?? -1], element)) continue;
      const id = stands && idOf(stands);
      if (stands && id === undefined) continue;
      operations.push({
        list,
        ...(id === undefined ? {} : { id }),
        element: stands ? { ...stands, ...withoutIds(element) } : withoutIds(element),
      });
    }
    return operations;
  });
}

/** Whether what an operation wants stands in a configuration. */
export const isCarriedOut = (configuration: Synchronization, { list, element }: DraftOperation): boolean =>
  elementsOf(configuration, list).some((stands) => sameElement(list, stands, element));

/** The configuration as it is after these operations. */
export function withOperations(configuration: Synchronization, operations: readonly DraftOperation[]): Synchronization {
  const changed = structuredClone(configuration);
  for (const operation of operations) {
    const elements = elementsOf(changed, operation.list);
    const at = elements.findIndex((element) => operation.id !== undefined && idOf(element) === operation.id);
    if (at >= 0) elements[at] = operation.element;
    else elements.push(operation.element);
    const [top, below]: readonly string[] = DRAFT_LISTS[operation.list];
    const parent = below === undefined ? changed : valueAt(changed, [top ?? '']);
    if (isObject(parent)) parent[below ?? top ?? ''] = elements;
  }
  return changed;
}

const sameElement = (list: DraftList, one: unknown, other: unknown): boolean => {
  const [pair] = pairElements([elementAs(nameOf(list), one)], [elementAs(nameOf(list), other)]);
  return pair?.same === true;
};

/** Elements of field defaults have keys instead of ids, and no other place has them. */
const nameOf = (list: DraftList): string => DRAFT_LISTS[list][0];

function elementsOf(configuration: Synchronization, list: DraftList): Record<string, unknown>[] {
  const found = valueAt(configuration, DRAFT_LISTS[list]);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

function idOf({ id, fieldDefaultKey }: Record<string, unknown>): string | undefined {
  const own = fieldDefaultKey ?? id;
  return typeof own === 'string' || typeof own === 'number' ? String(own) : undefined;
}

const withoutIds = ({ id: _id, fieldDefaultKey: _key, ...element }: Record<string, unknown>): Record<string, unknown> =>
  element;
