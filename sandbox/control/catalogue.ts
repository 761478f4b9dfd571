/** What an administrator of Jira does: to fields and options, from which conflicts of configurations come, and new users and projects. */
import { asObject, textOf } from '../http/json.ts';
import { type Answer, Refusal } from '../http/router.ts';
import { addUser, newProject } from '../seed/catalogue.ts';
import { fieldOf } from '../world/lookup.ts';
import type { Instance, NamedThing } from '../world/model.ts';
import { instanceAsked, need } from './pages.ts';
import type { ControlCall } from './routes.ts';

/** Deletes a field or an option of it, or adds an option, a user or a project. Issues lose the values of what is deleted, as in Jira. */
export function catalogue(call: ControlCall): Answer {
  const { sandbox, body } = call;
  const { world } = sandbox;
  const instance = instanceAsked(world, need(body, 'instance'));
  const add = NEW[need(body, 'act')];
  if (add) {
    const detail = add(instance, body);
    const [user, what] = [textOf(body, 'by') ?? 'somebody', `${detail.kind} added`];
    world.record.add({ kind: 'effect', instance: instance.name, user, what, detail });
    return { status: 201, body: detail };
  }
  const field = fieldOf(instance, need(body, 'field'));
  if (!field) throw new Refusal(404, `${instance.name} has no field ${textOf(body, 'field')}`);
  const act = need(body, 'act');
  highestOptionId(instance);
  const by = textOf(body, 'by') ?? 'somebody';
  const note = (what: string, detail: Record<string, string>) =>
    world.record.add({
      kind: 'effect',
      instance: instance.name,
      user: by,
      what,
      detail: { field: field.id, ...detail },
    });
  switch (act) {
    case 'deleteField':
      instance.fields.splice(instance.fields.indexOf(field), 1);
      forget(instance, field.id, () => true);
      note('field deleted', {});
      return { status: 200, body: field };
    case 'deleteOption': {
      const at = field.options.findIndex(({ id }) => id === need(body, 'option'));
      const [option] = at < 0 ? [] : field.options.splice(at, 1);
      if (!option) throw new Refusal(404, `${field.id} has no option ${textOf(body, 'option')}`);
      forget(instance, field.id, (value) => value === option.id);
      note('option deleted', { option: option.id });
      return { status: 200, body: option };
    }
    case 'addOption': {
      const option: NamedThing = { id: String(highestOptionId(instance) + 1), name: need(body, 'name') };
      field.options.push(option);
      note('option added', { option: option.id });
      return { status: 201, body: option };
    }
    default:
      throw new Refusal(400, 'act is deleteField, deleteOption, addOption, addUser or addProject');
  }
}

const NEW: Record<string, (instance: Instance, body: unknown) => { kind: string }> = {
  addUser(instance, body) {
    const name = need(body, 'name');
    if (instance.users.has(name)) throw new Refusal(409, `${instance.name} has a user ${name}`);
    addUser(instance, name, asObject(body).admin === true);
    return { kind: 'user', name };
  },
  addProject(instance, body) {
    const [key, { users, projects }] = [need(body, 'key'), instance];
    if (projects.has(key)) throw new Refusal(409, `${instance.name} has a project ${key}`);
    const id = String(1 + Math.max(10_000, ...[...projects.values()].map((each) => Number(each.id))));
    const lead = textOf(body, 'lead') ?? [...users.keys()][0] ?? '';
    projects.set(key, newProject(key, textOf(body, 'name') ?? key, lead, id));
    return { kind: 'project', key, id };
  },
};

function forget(instance: Instance, field: string, gone: (value: string) => boolean): void {
  for (const { issues } of instance.projects.values()) {
    for (const { values } of issues.values()) {
      const value = values.get(field);
      if (value !== undefined && gone(value)) values.delete(field);
    }
  }
}

/** Ids of options are one row of numbers for all fields, and one that was deleted is not given again. */
const highest = new WeakMap<Instance, number>();

function highestOptionId(instance: Instance): number {
  const ids = instance.fields.flatMap(({ options }) => options.map(({ id }) => Number(id)));
  const known = Math.max(highest.get(instance) ?? 0, ...ids);
  highest.set(instance, known);
  return known;
}
