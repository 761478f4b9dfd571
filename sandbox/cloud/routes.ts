/** Jira Cloud's REST interface v3, as far as a migration and its rehearsal need it. Paths are below /rest/api/3. */
import { asObject, isObject, textOf } from '../http/json.ts';
import {
  type Answer,
  type Call,
  type Handler,
  jiraRefusal,
  type Parameters,
  type Route,
  route,
} from '../http/router.ts';
import * as issues from '../jira/issues.ts';
import * as site from '../jira/site.ts';
import { visibleTo } from '../jira/visible.ts';
import { fieldOf, issueOf } from '../world/lookup.ts';
import type { CustomField, Issue } from '../world/model.ts';
import { documentOf, textOfDocument } from './document.ts';
import { accountJson, cloudComments, cloudIssue, inCloudTerms, pageOf, serverInfoJson, userOfAccount } from './json.ts';
import { accountsOfNames, allUsers, groupsBulk, groupsPicker, usersBulk } from './people.ts';
import { approximateCount, bulkFetch, removedSearch, searchByGet, searchByPost } from './search.ts';
import { readWorkflows } from './workflows.ts';

const ok = (body: unknown): Answer => ({ status: 200, body });

/** Data Center's answer in Cloud's terms; documents in the request become texts before. */
function translated(handler: Handler<Call>): Handler<Call> {
  return (call, parameters) => {
    const answer = handler({ ...call, body: withTexts(call.body) }, parameters);
    return answer.body === undefined ? answer : { ...answer, body: inCloudTerms(call.instance, answer.body) };
  };
}

function withTexts(value: unknown): unknown {
  const text = textOfDocument(value);
  if (text !== undefined) return text;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withTexts(each)]));
}

/** Names follow the language of the caller; the untranslated one is beside it, though no schema of Atlassian's lists it. */
const untranslated = (value: unknown) => ({ ...asObject(value), untranslatedName: textOf(value, 'name') });

function listed(handler: Handler<Call>, more: (item: unknown) => object): Handler<Call> {
  return translated((call, parameters) => {
    const answer = handler(call, parameters);
    return { ...answer, body: Array.isArray(answer.body) ? answer.body.map(more) : answer.body };
  });
}

const typed = (item: unknown) => ({ ...untranslated(item), hierarchyLevel: asObject(item).subtask === true ? -1 : 0 });

function typesWithStatuses(item: unknown): object {
  const { self, id, name, subtask, statuses } = asObject(item);
  return { self, id, name, subtask, statuses };
}

const withoutIcon = (item: unknown) => {
  const { iconUrl: _iconUrl, ...rest } = asObject(item);
  return rest;
};

function myself(call: Call): Answer {
  const lists = { groups: { size: 0, items: [] }, applicationRoles: { size: 0, items: [] } };
  return ok({ ...accountJson(call.instance, call.user?.name ?? ''), locale: 'en_US', ...lists });
}

function user(call: Call): Answer {
  const name = userOfAccount(call.instance, call.query.get('accountId') ?? '');
  if (name === undefined)
    throw jiraRefusal(404, 'Specified user does not exist or you do not have required permissions');
  return ok(accountJson(call.instance, name));
}

const project = translated((call, parameters) => {
  const answer = site.project(call, parameters);
  const body = asObject(answer.body);
  const types = Array.isArray(body.issueTypes) ? body.issueTypes.map(typed) : [];
  return { ...answer, body: { ...body, issueTypes: types, simplified: false, style: 'classic', isPrivate: false } };
});

function projectSearch(call: Call): Answer {
  const found = site.projects(call).body;
  const visible = call.user && Array.isArray(found) ? found : [];
  return ok(inCloudTerms(call.instance, pageOf(visible, call.query)));
}

function fieldWithChoices(call: Call, { id = '' }: Parameters): CustomField {
  const field = fieldOf(call.instance, id);
  if (!call.user?.admin) throw jiraRefusal(403, 'Only Jira administrators can access custom field contexts.');
  if (!field) throw jiraRefusal(404, `The custom field was not found: ${id}`);
  return field;
}

/** One context for the whole site. */
const contextOf = (field: CustomField) => `1${field.id.replace('customfield_', '')}`;

function contexts(call: Call, parameters: Parameters): Answer {
  const id = contextOf(fieldWithChoices(call, parameters));
  const name = 'Default Configuration Scheme';
  return ok(pageOf([{ id, name, description: '', isGlobalContext: true, isAnyIssueType: true }], call.query));
}

function projectMappings(call: Call, parameters: Parameters): Answer {
  const contextId = contextOf(fieldWithChoices(call, parameters));
  return ok(pageOf([{ contextId, isGlobalContext: true }], call.query));
}

function options(call: Call, parameters: Parameters): Answer {
  const field = fieldWithChoices(call, parameters);
  if (parameters.context !== contextOf(field)) throw jiraRefusal(404, 'The context was not found');
  const all = field.options.map(({ id, name, parent }) => {
    return { id, value: name, disabled: false, ...(parent === undefined ? {} : { optionId: parent }) };
  });
  return ok(pageOf(all, call.query));
}

function asked(call: Call, parameters: Parameters): Issue {
  const found = issueOf(call.instance, parameters.issue ?? '');
  if (found && visibleTo(call)(found)) return found;
  throw jiraRefusal(404, 'Issue does not exist or you do not have permission to see it.');
}

function issue(call: Call, parameters: Parameters): Answer {
  const names = (member: string, otherwise: string) => (call.query.get(member) ?? otherwise).split(',').filter(Boolean);
  return ok(cloudIssue(call.instance, asked(call, parameters), names('fields', '*all'), names('expand', '')));
}

function changelog(call: Call, parameters: Parameters): Answer {
  const whole = issues.issue({ ...call, query: new URLSearchParams('expand=changelog&fields=id') }, parameters);
  const { histories } = asObject(asObject(whole.body).changelog);
  return ok(inCloudTerms(call.instance, pageOf(Array.isArray(histories) ? histories : [], call.query)));
}

function comments(call: Call, parameters: Parameters): Answer {
  const number = (name: string, otherwise: number) => Number(call.query.get(name) ?? otherwise);
  return ok(cloudComments(call.instance, asked(call, parameters), number('startAt', 0), number('maxResults', 5000)));
}

/** One comment, whose text is a document. */
const withDocument =
  (handler: Handler<Call>): Handler<Call> =>
  (call, parameters) => {
    const answer = translated(handler)(call, parameters);
    return {
      ...answer,
      body: { ...asObject(answer.body), body: documentOf(textOf(answer.body, 'body') ?? ''), jsdPublic: true },
    };
  };

export const cloudRoutes: readonly Route<Call>[] = [
  route('GET', '/serverInfo', ({ instance }) => ok(serverInfoJson(instance))),
  route('GET', '/myself', myself),
  route('GET', '/user', user),
  route('GET', '/user/search', translated(site.userSearch)),
  route('GET', '/user/bulk', usersBulk),
  route('GET', '/user/bulk/migration', accountsOfNames),
  route('GET', '/users/search', allUsers),
  route('GET', '/group/bulk', groupsBulk),
  route('GET', '/groups/picker', groupsPicker),
  route('POST', '/workflows', readWorkflows),
  route('GET', '/mypermissions', site.myPermissions),
  route('GET', '/project/search', projectSearch),
  route('GET', '/project/:project', project),
  route('GET', '/project/:project/statuses', listed(site.projectStatuses, typesWithStatuses)),
  route('GET', '/project/:project/components', translated(site.components)),
  route('GET', '/project/:project/versions', translated(site.versions)),
  route('GET', '/issuetype', listed(site.issueTypes, typed)),
  route('GET', '/status', listed(site.statuses, untranslated)),
  route('GET', '/priority', translated(site.priorities)),
  route('GET', '/resolution', listed(site.resolutions, withoutIcon)),
  route(
    'GET',
    '/field',
    listed(site.fields, (item) => ({ ...untranslated(item), key: textOf(item, 'id') })),
  ),
  route('GET', '/field/:id/context', contexts),
  route('GET', '/field/:id/context/projectmapping', projectMappings),
  route('GET', '/field/:id/context/:context/option', options),
  route('GET', '/search', removedSearch),
  route('POST', '/search', removedSearch),
  route('GET', '/search/jql', searchByGet),
  route('POST', '/search/jql', searchByPost),
  route('POST', '/search/approximate-count', approximateCount),
  route('POST', '/issue/bulkfetch', bulkFetch),
  route('POST', '/issue', translated(issues.createIssue)),
  route('GET', '/issue/:issue', issue),
  route('PUT', '/issue/:issue', translated(issues.editIssue)),
  route('DELETE', '/issue/:issue', issues.deleteIssue),
  route('GET', '/issue/:issue/changelog', changelog),
  route('GET', '/issue/:issue/comment', comments),
  route('POST', '/issue/:issue/comment', withDocument(issues.createComment)),
  route('GET', '/issue/:issue/comment/:comment', withDocument(issues.comment)),
  route('PUT', '/issue/:issue/comment/:comment', withDocument(issues.changeComment)),
  route('DELETE', '/issue/:issue/comment/:comment', issues.deleteComment),
  route('GET', '/issue/:issue/properties', issues.properties),
  route('GET', '/issue/:issue/transitions', translated(issues.transitions)),
  route('POST', '/issue/:issue/transitions', issues.transition),
];
