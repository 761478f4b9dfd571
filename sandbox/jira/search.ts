/** GET and POST search. */
import { asObject, namesOf, numberOf, textOf } from '../http/json.ts';
import { type Answer, type Call, jiraRefusal } from '../http/router.ts';
import { findIssues } from '../jql/evaluate.ts';
import { JqlError } from '../jql/tokens.ts';
import { stampOf } from '../world/stamps.ts';
import { issueJson } from './issue-json.ts';
import { visibleTo } from './visible.ts';

const POST_MEMBERS = ['jql', 'startAt', 'maxResults', 'fields', 'expand', 'validateQuery'];

export function searchByGet(call: Call): Answer {
  const { query } = call;
  const number = (name: string) => (query.get(name) === null ? undefined : Number(query.get(name)));
  return search(call, {
    jql: query.get('jql') ?? '',
    startAt: number('startAt') ?? 0,
    maxResults: number('maxResults') ?? 50,
    fields: namesOf(query.get('fields') ?? '*navigable'),
    expand: namesOf(query.get('expand') ?? ''),
    validate: query.get('validateQuery') !== 'false',
  });
}

export function searchByPost(call: Call): Answer {
  const body = asObject(call.body);
  const unknown = Object.keys(body).find((name) => !POST_MEMBERS.includes(name));
  if (unknown !== undefined) {
    throw jiraRefusal(
      400,
      `Unrecognized field "${unknown}" (Class com.atlassian.jira.rest.v2.search.SearchRequestBean), not marked as ignorable`,
    );
  }
  return search(call, {
    jql: textOf(body, 'jql') ?? '',
    startAt: numberOf(body, 'startAt') ?? 0,
    maxResults: numberOf(body, 'maxResults') ?? 50,
    fields: namesOf(body.fields ?? '*navigable'),
    expand: namesOf(body.expand ?? ''),
    validate: body.validateQuery !== false && body.validateQuery !== 'none',
  });
}

interface Asked {
  jql: string;
  startAt: number;
  maxResults: number;
  fields: string[];
  expand: string[];
  validate: boolean;
}

function search(call: Call, asked: Asked): Answer {
  const { instance, world } = call;
  const maxResults = Math.max(0, Math.min(asked.maxResults, world.switches.searchCap));
  const head = { expand: 'schema,names', startAt: asked.startAt, maxResults };
  // A dead token is an anonymous caller, who sees nothing: 200 with total 0, which looks like an empty project.
  if (!call.user) return { status: 200, body: { ...head, total: 0, issues: [] } };
  try {
    const found = findIssues(asked.jql, {
      instance,
      timeZone: call.user.timeZone,
      now: stampOf(instance, Date.now()),
      validate: asked.validate,
      visible: visibleTo(call),
      followMoved: world.switches.searchFollowsMovedKeys,
    }).filter((issue) => !issue.archived);
    const page = found.slice(asked.startAt, asked.startAt + maxResults);
    const issues = page.map((issue) => issueJson(instance, issue, asked.fields, asked.expand, world.switches));
    return { status: 200, body: { ...head, total: found.length, issues } };
  } catch (error) {
    if (error instanceof JqlError) throw jiraRefusal(400, error.message);
    throw error;
  }
}
