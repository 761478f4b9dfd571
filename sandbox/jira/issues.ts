/** Reading and writing single issues, as a person's browser or script would. */
import { asObject, namesOf, textOf } from '../http/json.ts';
import { type Answer, type Call, jiraRefusal, type Parameters } from '../http/router.ts';
import {
  personComments,
  personCreates,
  personDeletesComment,
  personEdits,
  personEditsComment,
} from '../people/acts.ts';
import { personArchives, personDeletes } from '../people/whole-issues.ts';
import { fieldOf, isSystemField, issueOf } from '../world/lookup.ts';
import type { Comment, Issue } from '../world/model.ts';
import { readValue } from './field-values.ts';
import { attachmentJson, commentJson, commentsJson, issueJson } from './issue-json.ts';
import { visibleTo } from './visible.ts';
import { performed, transitionsOf } from './workflow.ts';

const ARCHIVED = 'This issue is archived. You cannot make changes to it.';

/** The issue, where it can be changed. */
function changeable(call: Call, parameters: Parameters): Issue {
  const issue = asked(call, parameters);
  if (issue.archived) throw jiraRefusal(400, ARCHIVED);
  return issue;
}

function asked(call: Call, parameters: Parameters): Issue {
  const issue = issueOf(call.instance, parameters.issue ?? '');
  if (!issue || !visibleTo(call)(issue)) throw jiraRefusal(404, 'Issue Does Not Exist');
  return issue;
}

export function issue(call: Call, parameters: Parameters): Answer {
  const fields = namesOf(call.query.get('fields') ?? '*all');
  const expand = namesOf(call.query.get('expand') ?? '');
  return { status: 200, body: issueJson(call.instance, asked(call, parameters), fields, expand, call.world.switches) };
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

function readFields(call: Call, projectKey: string, skip: readonly string[]): Map<string, string | null> {
  const values = new Map<string, string | null>();
  for (const [fieldId, value] of Object.entries(asObject(asObject(call.body).fields))) {
    if (skip.includes(fieldId)) continue;
    if (!isSystemField(fieldId) && !fieldOf(call.instance, fieldId)) {
      throw jiraRefusal(400, '', {
        [fieldId]: `Field '${fieldId}' cannot be set. It is not on the appropriate screen, or unknown.`,
      });
    }
    values.set(fieldId, readValue({ instance: call.instance, projectKey }, fieldId, value));
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
    [...readFields(call, found.key, ['project', 'parent'])].flatMap(([id, value]) =>
      value === null ? [] : [[id, value]],
    ) as [string, string][],
  );
  if (!values.has('summary')) throw jiraRefusal(400, '', { summary: 'You must specify a summary of the issue.' });
  if (!values.has('issuetype')) throw jiraRefusal(400, '', { issuetype: 'valid issue type is required' });
  values.set('status', call.instance.statuses[0]?.id ?? '');
  if (!values.has('priority')) values.set('priority', call.instance.priorities[2]?.id ?? '');
  const parentKey = parentAsked(call, values.get('issuetype'));
  const made = personCreates(call.world, call.instance, found.key, call.user?.name ?? '', values, parentKey);
  const self = `${call.instance.baseUrl}/rest/api/2/issue/${made.id}`;
  return { status: 201, body: { id: made.id, key: made.key, self } };
}

/** Sub-tasks need a parent, and nothing else may have one (Data Center: epics are linked by a custom field). */
function parentAsked(call: Call, typeId: string | undefined): string | undefined {
  const isSubtask = call.instance.issueTypes.find((type) => type.id === typeId)?.subtask === true;
  const wanted = asObject(asObject(call.body).fields).parent;
  if (!isSubtask && wanted === undefined) return undefined;
  const parent = issueOf(call.instance, textOf(wanted, 'key') ?? textOf(wanted, 'id') ?? '');
  if (!isSubtask || !parent) throw jiraRefusal(400, '', { parent: 'A sub-task needs the key of its parent issue.' });
  return parent.key;
}

export function deleteIssue(call: Call, parameters: Parameters): Answer {
  personDeletes(call.world, call.instance, asked(call, parameters), call.user?.name ?? '');
  return { status: 204 };
}

export function archiveIssue(call: Call, parameters: Parameters): Answer {
  personArchives(call.world, call.instance, changeable(call, parameters), call.user?.name ?? '', true);
  return { status: 204 };
}

export function restoreIssue(call: Call, parameters: Parameters): Answer {
  const issue = asked(call, parameters);
  if (!issue.archived) throw jiraRefusal(400, 'This issue is not archived.');
  personArchives(call.world, call.instance, issue, call.user?.name ?? '', false);
  return { status: 204 };
}

export function attachment(call: Call, parameters: Parameters): Answer {
  for (const project of call.instance.projects.values()) {
    for (const issue of project.issues.values()) {
      const file = issue.attachments.find((each) => each.id === parameters.id);
      if (file && visibleTo(call)(issue)) return { status: 200, body: attachmentJson(call.instance, issue, file) };
    }
  }
  throw jiraRefusal(404, `The attachment with id '${parameters.id}' does not exist`);
}

export function editIssue(call: Call, parameters: Parameters): Answer {
  const issue = changeable(call, parameters);
  const values = readFields(call, issue.projectKey, []);
  if (values.has('status')) throw jiraRefusal(400, '', { status: "Field 'status' cannot be set." });
  personEdits(call.world, call.instance, issue, call.user?.name ?? '', values);
  return { status: 204 };
}

export function createComment(call: Call, parameters: Parameters): Answer {
  const issue = changeable(call, parameters);
  const made = personComments(call.world, call.instance, issue, call.user?.name ?? '', bodyAsked(call));
  return { status: 201, body: commentJson(call.instance, issue, made) };
}

function bodyAsked(call: Call): string {
  const body = textOf(call.body, 'body');
  if (body !== undefined && body.trim() !== '') return body;
  throw jiraRefusal(400, '', { comment: 'Comment body can not be empty!' });
}

function commentAsked(issue: Issue, { comment: id }: Parameters): Comment {
  const found = issue.comments.find((each) => each.id === id);
  if (!found) throw jiraRefusal(404, `Can not find a comment for the id: ${id}.`);
  return found;
}

export function comment(call: Call, parameters: Parameters): Answer {
  const issue = asked(call, parameters);
  return { status: 200, body: commentJson(call.instance, issue, commentAsked(issue, parameters)) };
}

export function changeComment(call: Call, parameters: Parameters): Answer {
  const issue = changeable(call, parameters);
  const found = commentAsked(issue, parameters);
  const [by, body] = [call.user?.name ?? '', bodyAsked(call)];
  personEditsComment(call.world, call.instance, issue, found, { by, body });
  return { status: 200, body: commentJson(call.instance, issue, found) };
}

export function deleteComment(call: Call, parameters: Parameters): Answer {
  const issue = changeable(call, parameters);
  personDeletesComment(call.world, call.instance, issue, commentAsked(issue, parameters), call.user?.name ?? '');
  return { status: 204 };
}

export const transitions = (call: Call, parameters: Parameters): Answer => transitionsOf(call, asked(call, parameters));

export const transition = (call: Call, parameters: Parameters): Answer => performed(call, changeable(call, parameters));
