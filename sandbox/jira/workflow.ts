/** What issues can be moved by. Every status can be reached from every other; some transitions go back to where they began. */
import { asObject, textOf } from '../http/json.ts';
import { type Answer, type Call, jiraRefusal } from '../http/router.ts';
import { personEdits } from '../people/acts.ts';
import type { Instance, Issue } from '../world/model.ts';
import { statusJson } from './issue-json.ts';

/** The transition to a status has its id with a 9 before it. */
export function transitionsOf({ instance }: Call, issue: Issue): Answer {
  const moves = instance.statuses.map((status) => ({
    id: `9${status.id}`,
    name: status.name,
    to: statusJson(instance, status),
  }));
  const here = instance.statuses.find(({ id }) => id === issue.values.get('status'));
  const loops = here ? instance.loops.map(({ id, name }) => ({ id, name, to: statusJson(instance, here) })) : [];
  return { status: 200, body: { expand: 'transitions', transitions: [...moves, ...loops] } };
}

export function performed(call: Call, issue: Issue): Answer {
  const wanted = textOf(asObject(call.body).transition, 'id');
  if (call.instance.loops.some(({ id }) => id === wanted)) return { status: 204 };
  const status = call.instance.statuses.find((each) => `9${each.id}` === wanted);
  if (!status) throw jiraRefusal(400, 'The transition is not valid for the issue.');
  personEdits(call.world, call.instance, issue, call.user?.name ?? '', new Map([['status', status.id]]));
  return { status: 204 };
}

/** Every project has all issue types. */
export const isInProject = (instance: Instance, project?: string, type?: string): boolean =>
  [...instance.projects.values()].some(({ id }) => id === project) && instance.issueTypes.some(({ id }) => id === type);
