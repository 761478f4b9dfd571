/** Reading and writing single issues, as a person's browser or script would. */
import { asObject, namesOf, textOf } from '../http/json.ts';
import { type Answer, type Call, jiraRefusal, type Parameters } from '../http/router.ts';
import { personComments, personCreates, personEdits } from '../people/acts.ts';
import { choicesOf, fieldOf, isSystemField, issueOf } from '../world/lookup.ts';
import type { Instance, Issue } from '../world/model.ts';
import { commentJson, commentsJson, issueJson, statusJson } from './issue-json.ts';
import { visibleTo } from './visible.ts';

function asked(call: Call, parameters: Parameters): Issue {
  const issue = issueOf(call.instance, parameters.issue ?? '');
  if (!issue || !visibleTo(call)(issue)) throw jiraRefusal(404, 'Issue Does Not Exist');
  return issue;
}

export function issue(call: Call, parameters: Parameters): Answer {
  const fields = namesOf(call.query.get('fields') ?? '*all');
  const expand = namesOf(call.query.get('expand') ?? '');
  return { status: 200, body: issueJson(call.instance, asked(call, parameters), fields, expand) };
}

export function comments(call: Call, parameters: Parameters): Answer {
  const startAt = Number(call.query.get('startAt') ?? 0);
  const maxResults = Number(call.query.get('maxResults') ?? 1_048_576);
  return { status: 200, body: commentsJson(call.instance, asked(call, parameters), startAt, maxResults) };
}

export function properties(call: Call, parameters: Parameters): Answer {
  asked(call, parameters);
  return { status: 200, body: { keys: [] } };
}

/** `{id}`, `{name}`, `{value}` or a text → what the issue keeps. Throws Jira's 400 for a choice that does not exist. */
function readValue(instance: Instance, fieldId: string, value: unknown): string | null {
  if (value === null) return null;
  const choices = choicesOf(instance, fieldId);
  if (!choices) {
    if (typeof value === 'string') return value === '' ? null : value;
    throw jiraRefusal(400, '', { [fieldId]: 'Operation value must be a string' });
  }
  const wanted = textOf(value, 'id') ?? textOf(value, 'name') ?? textOf(value, 'value');
  const choice = choices.find((each) => each.id === wanted || each.name === wanted);
  if (!choice) throw jiraRefusal(400, '', { [fieldId]: `Option '${String(wanted)}' is not valid` });
  return choice.id;
}

function readFields(call: Call, skip: readonly string[]): Map<string, string | null> {
  const values = new Map<string, string | null>();
  for (const [fieldId, value] of Object.entries(asObject(asObject(call.body).fields))) {
    if (skip.includes(fieldId)) continue;
    if (!isSystemField(fieldId) && !fieldOf(call.instance, fieldId)) {
      throw jiraRefusal(400, '', {
        [fieldId]: `Field '${fieldId}' cannot be set. It is not on the appropriate screen, or unknown.`,
      });
    }
    values.set(fieldId, readValue(call.instance, fieldId, value));
  }
  return values;
}

export function createIssue(call: Call): Answer {
  const project = asObject(asObject(asObject(call.body).fields).project);
  const key = textOf(project, 'key');
  const found = [...call.instance.projects.values()].find(
    (each) => each.key === key || each.id === textOf(project, 'id'),
  );
  if (!found) throw jiraRefusal(400, '', { project: 'valid project is required' });
  const values = new Map(
    [...readFields(call, ['project'])].flatMap(([id, value]) => (value === null ? [] : [[id, value]])) as [
      string,
      string,
    ][],
  );
  if (!values.has('summary')) throw jiraRefusal(400, '', { summary: 'You must specify a summary of the issue.' });
  if (!values.has('issuetype')) throw jiraRefusal(400, '', { issuetype: 'valid issue type is required' });
  values.set('status', call.instance.statuses[0]?.id ?? '');
  if (!values.has('priority')) values.set('priority', call.instance.priorities[2]?.id ?? '');
  const made = personCreates(call.world, call.instance, found.key, call.user?.name ?? '', values);
  const self = `${call.instance.baseUrl}/rest/api/2/issue/${made.id}`;
  return { status: 201, body: { id: made.id, key: made.key, self } };
}

export function editIssue(call: Call, parameters: Parameters): Answer {
  const issue = asked(call, parameters);
  const values = readFields(call, []);
  if (values.has('status')) throw jiraRefusal(400, '', { status: "Field 'status' cannot be set." });
  personEdits(call.world, call.instance, issue, call.user?.name ?? '', values);
  return { status: 204 };
}

export function createComment(call: Call, parameters: Parameters): Answer {
  const issue = asked(call, parameters);
  const body = textOf(call.body, 'body');
  if (body === undefined || body.trim() === '')
    throw jiraRefusal(400, '', { comment: 'Comment body can not be empty!' });
  const made = personComments(call.world, call.instance, issue, call.user?.name ?? '', body);
  return { status: 201, body: commentJson(call.instance, issue, made) };
}

/** Every status can be reached from every other; the transition's id is the status's id with a 9 before it. */
export function transitions(call: Call, parameters: Parameters): Answer {
  asked(call, parameters);
  const list = call.instance.statuses.map((status) => ({
    id: `9${status.id}`,
    name: status.name,
    to: statusJson(call.instance, status),
  }));
  return { status: 200, body: { expand: 'transitions', transitions: list } };
}

export function transition(call: Call, parameters: Parameters): Answer {
  const issue = asked(call, parameters);
  const wanted = textOf(asObject(call.body).transition, 'id');
  const status = call.instance.statuses.find((each) => `9${each.id}` === wanted);
  if (!status) throw jiraRefusal(400, 'The transition is not valid for the issue.');
  personEdits(call.world, call.instance, issue, call.user?.name ?? '', new Map([['status', status.id]]));
  return { status: 204 };
}
