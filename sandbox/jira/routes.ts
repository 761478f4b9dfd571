/** Jira's REST interface v2, as far as a migration and its rehearsal need it. Paths are below /rest/api/2. */
import { type Call, type Route, route } from '../http/router.ts';
import * as issues from './issues.ts';
import * as people from './people.ts';
import { searchByGet, searchByPost } from './search.ts';
import * as site from './site.ts';

export const jiraRoutes: readonly Route<Call>[] = [
  route('GET', '/serverInfo', site.serverInfo),
  route('GET', '/myself', site.myself),
  route('GET', '/mypermissions', site.myPermissions),
  route('GET', '/user', site.userByName),
  route('GET', '/user/search', site.userSearch),
  route('GET', '/user/list', people.userList),
  route('GET', '/groups/picker', people.groupsPicker),
  route('GET', '/group/member', people.groupMembers),
  route('GET', '/project', site.projects),
  route('GET', '/project/:project', site.project),
  route('GET', '/project/:project/statuses', site.projectStatuses),
  route('GET', '/project/:project/components', site.components),
  route('GET', '/project/:project/versions', site.versions),
  route('GET', '/issuetype', site.issueTypes),
  route('GET', '/status', site.statuses),
  route('GET', '/priority', site.priorities),
  route('GET', '/resolution', site.resolutions),
  route('GET', '/field', site.fields),
  route('GET', '/customFields', site.customFields),
  route('GET', '/customFields/:id/options', site.options),
  route('GET', '/search', searchByGet),
  route('POST', '/search', searchByPost),
  route('POST', '/issue', issues.createIssue),
  route('GET', '/issue/:issue', issues.issue),
  route('PUT', '/issue/:issue', issues.editIssue),
  route('DELETE', '/issue/:issue', issues.deleteIssue),
  route('PUT', '/issue/:issue/archive', issues.archiveIssue),
  route('PUT', '/issue/:issue/restore', issues.restoreIssue),
  route('GET', '/attachment/:id', issues.attachment),
  route('GET', '/issue/:issue/comment', issues.comments),
  route('POST', '/issue/:issue/comment', issues.createComment),
  route('GET', '/issue/:issue/comment/:comment', issues.comment),
  route('PUT', '/issue/:issue/comment/:comment', issues.changeComment),
  route('DELETE', '/issue/:issue/comment/:comment', issues.deleteComment),
  route('GET', '/issue/:issue/properties', issues.properties),
  route('GET', '/issue/:issue/transitions', issues.transitions),
  route('POST', '/issue/:issue/transitions', issues.transition),
];
