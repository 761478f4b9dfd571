/** Workflows, as Cloud shows them to administrators. The sandbox has one for everything. */
import { asList, asObject, textOf } from '../http/json.ts';
import { type Answer, type Call, jiraRefusal } from '../http/router.ts';
import { isInProject } from '../jira/workflow.ts';
import type { Status } from '../world/model.ts';

const CATEGORIES = { new: 'TODO', indeterminate: 'IN_PROGRESS', done: 'DONE' } as const;
const MEMBERS = ['projectAndIssueTypes', 'workflowIds', 'workflowNames'];
const NAME = 'Workflow of the sandbox';
const ID = 'b9ff2384-d3b6-4d4e-9509-3ee19f607168';

export function readWorkflows(call: Call): Answer {
  if (!call.user?.admin) throw jiraRefusal(401, 'You do not have permission to read workflows.');
  const body = asObject(call.body);
  const unknown = Object.keys(body).filter((member) => !MEMBERS.includes(member));
  if (unknown.length > 0) throw jiraRefusal(400, `Unrecognized field "${unknown[0]}"`);
  const places = asList(body.projectAndIssueTypes).map((each) => ({
    project: textOf(each, 'projectId'),
    type: textOf(each, 'issueTypeId'),
  }));
  const named =
    asList(body.workflowIds).includes(ID) ||
    asList(body.workflowNames).includes(NAME) ||
    places.some(({ project, type }) => isInProject(call.instance, project, type));
  const { statuses } = call.instance;
  if (!named) return { status: 200, body: { statuses: [], workflows: [] } };
  return { status: 200, body: { statuses: statuses.map(statusJson), workflows: [workflowJson(call)] } };
}

const statusJson = ({ id, name, category }: Status) => ({
  ...{ id, name, description: '', scope: { type: 'GLOBAL' } },
  ...{ statusCategory: CATEGORIES[category], statusReference: id },
});

function workflowJson({ instance }: Call) {
  const { statuses, loops } = instance;
  const none = { actions: [], description: '', links: [], properties: {}, triggers: [], validators: [] };
  const first = statuses[0]?.id ?? '';
  return {
    ...{ id: ID, name: NAME, description: '', isEditable: true, scope: { type: 'GLOBAL' } },
    version: { id: 'f010ac1b-3dd3-43a3-aa66-0ee8a447f76e', versionNumber: 0 },
    statuses: statuses.map(({ id }) => ({ statusReference: id, deprecated: false, properties: {} })),
    transitions: [
      { ...none, id: '1', name: 'Create', type: 'INITIAL', toStatusReference: first },
      ...statuses.map(({ id, name }) => ({ ...none, id: `9${id}`, name, type: 'GLOBAL', toStatusReference: id })),
      ...loops.map(({ id, name }) => ({ ...none, id, name, type: 'GLOBAL' })),
    ],
  };
}
