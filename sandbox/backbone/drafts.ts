/** REST: drafts. They carry issue type mappings, field mappings and field defaults, and nothing else (documented list). */
import { asList, textOf } from '../http/json.ts';
import { type Answer, type Call, type Handler, type Parameters, Refusal } from '../http/router.ts';
import type { World } from '../world/model.ts';
import { conflictsOf } from './conflicts.ts';
import { by, conflictsBody, synchronizationAsked } from './integrations.ts';
import { integrationJson, readFieldDefault, readFieldMapping, readIssueTypeMapping } from './json.ts';
import type { Configuration, FieldDefault, Synchronization } from './model.ts';

function draftAsked(call: Call, parameters: Parameters): { one: Synchronization; draft: Configuration } {
  const one = synchronizationAsked(call, parameters);
  if (!one.draft) throw new Refusal(404, `Integration ${one.key} has no draft`);
  return { one, draft: one.draft };
}

function note(call: Call, one: Synchronization, what: string, detail: Record<string, unknown> = {}): void {
  const subject = { integrationKey: one.key, ...detail };
  call.world.record.add({ kind: 'effect', instance: one.home, user: by(call), what, detail: subject });
}

export function draft(call: Call, parameters: Parameters): Answer {
  const found = draftAsked(call, parameters);
  return { status: 200, body: integrationJson(call.world, found.one, found.draft) };
}

export function createDraft(call: Call, parameters: Parameters): Answer {
  const one = synchronizationAsked(call, parameters);
  if (one.draft) throw new Refusal(409, `Integration ${one.key} has a draft already`);
  one.draft = structuredClone(one.configuration);
  note(call, one, 'draft created');
  return { status: 201, body: integrationJson(call.world, one, one.draft) };
}

export function discardDraft(call: Call, parameters: Parameters): Answer {
  const { one } = draftAsked(call, parameters);
  delete one.draft;
  note(call, one, 'draft discarded');
  return { status: 204 };
}

export function draftConflicts(call: Call, parameters: Parameters): Answer {
  const { one, draft: wanted } = draftAsked(call, parameters);
  return { status: 200, body: conflictsBody(call, conflictsOf(call.world, one, wanted)) };
}

export function publishDraft(call: Call, parameters: Parameters): Answer {
  const { one, draft: wanted } = draftAsked(call, parameters);
  const conflicts = conflictsOf(call.world, one, wanted);
  if (conflicts.length > 0 && call.world.switches.publishRefusesConflicts) {
    throw new Refusal(409, 'conflicts', { message: 'The draft has conflicts', conflicts });
  }
  one.configuration = wanted;
  delete one.draft;
  one.modifiedUser = by(call);
  one.modifiedAt = call.world.clock.now();
  one.first.readTo = -1;
  one.second.readTo = -1;
  note(call, one, 'draft published', { conflicts: conflicts.length });
  return { status: 200, body: integrationJson(call.world, one) };
}

/** Ids of mappings are rows of a table, unlike any in the file they came from. */
export function newMappingId(world: World, kind: string): string {
  return `${kind}-${world.nextMapping++}`;
}

function read<T>(reader: (value: unknown, id: string) => T, value: unknown, id: string): T {
  try {
    return reader(value, id);
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : String(error));
  }
}

type ListName = 'issueTypeMappings' | 'fieldMappings';
interface Mapping {
  id: string;
}

/** The four verbs of one list: add, add many, edit, delete. */
function listHandlers<T extends Mapping>(
  name: ListName,
  kind: string,
  listOf: (draft: Configuration) => T[],
  reader: (value: unknown, id: string) => T,
): Record<'add' | 'addMany' | 'edit' | 'remove', Handler<Call>> {
  const position = (list: T[], id: string | null | undefined) => {
    const at = list.findIndex((each) => each.id === id);
    if (at < 0) throw new Refusal(404, `There is no mapping ${id} in ${name}`);
    return at;
  };
  return {
    add(call, parameters) {
      const { one, draft: wanted } = draftAsked(call, parameters);
      const made = read(reader, call.body, newMappingId(call.world, kind));
      listOf(wanted).push(made);
      note(call, one, 'draft changed', { list: name, added: 1 });
      return { status: 201, body: made };
    },
    addMany(call, parameters) {
      const { one, draft: wanted } = draftAsked(call, parameters);
      if (!Array.isArray(call.body)) throw new Refusal(400, 'An array is needed');
      const made = asList(call.body).map((each) => read(reader, each, newMappingId(call.world, kind)));
      listOf(wanted).push(...made);
      note(call, one, 'draft changed', { list: name, added: made.length });
      return { status: 201, body: made };
    },
    edit(call, parameters) {
      const { one, draft: wanted } = draftAsked(call, parameters);
      const id = textOf(call.body, 'id');
      const at = position(listOf(wanted), id);
      const edited = read(reader, call.body, id ?? '');
      listOf(wanted)[at] = edited;
      note(call, one, 'draft changed', { list: name, edited: id });
      return { status: 200, body: edited };
    },
    remove(call, parameters) {
      const { one, draft: wanted } = draftAsked(call, parameters);
      const inBody = call.world.switches.draftDeleteAddressing === 'body';
      const id = inBody ? textOf(call.body, 'id') : call.query.get('id');
      listOf(wanted).splice(position(listOf(wanted), id), 1);
      note(call, one, 'draft changed', { list: name, deleted: id });
      return { status: 204 };
    },
  };
}

export const issueTypeMappings = listHandlers(
  'issueTypeMappings',
  'itm',
  (wanted) => wanted.issueTypeMappings,
  readIssueTypeMapping,
);
export const fieldMappings = listHandlers('fieldMappings', 'fm', (wanted) => wanted.fieldMappings, readFieldMapping);

function defaultsAsked(call: Call, parameters: Parameters): { one: Synchronization; list: FieldDefault[]; at: number } {
  const { one, draft: wanted } = draftAsked(call, parameters);
  const side = [one.first, one.second].find((each) => each.connectorKey === parameters.connector);
  if (!side) throw new Refusal(404, `Connector ${parameters.connector} does not exist`);
  const list = wanted[side.name].fieldDefaults;
  const at = list.findIndex((each) => each.fieldDefaultKey === parameters.default);
  if (parameters.default !== undefined && at < 0) throw new Refusal(404, `There is no default ${parameters.default}`);
  return { one, list, at };
}

export function addFieldDefault(call: Call, parameters: Parameters): Answer {
  const { one, list } = defaultsAsked(call, parameters);
  const made = read(readFieldDefault, call.body, newMappingId(call.world, 'fd'));
  list.push(made);
  note(call, one, 'draft changed', { list: 'fieldDefaults', added: 1 });
  return { status: 201, body: made };
}

export function editFieldDefault(call: Call, parameters: Parameters): Answer {
  const { one, list, at } = defaultsAsked(call, parameters);
  const edited = read(readFieldDefault, call.body, parameters.default ?? '');
  list[at] = edited;
  note(call, one, 'draft changed', { list: 'fieldDefaults', edited: parameters.default });
  return { status: 200, body: edited };
}

export function deleteFieldDefault(call: Call, parameters: Parameters): Answer {
  const { one, list, at } = defaultsAsked(call, parameters);
  list.splice(at, 1);
  note(call, one, 'draft changed', { list: 'fieldDefaults', deleted: parameters.default });
  return { status: 204 };
}
