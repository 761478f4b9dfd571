/** Backbone's REST interface: every documented endpoint, and nothing that was looked for and not found. */
import { CLOSED_TO_ANONYMOUS } from '../http/authentication.ts';
import { type Answer, type Call, dispatch, Refusal, type Route, route } from '../http/router.ts';
import * as connectors from './connectors.ts';
import * as drafts from './drafts.ts';
import * as integrations from './integrations.ts';

export const BACKBONE_BASE = '/plugins/servlet/backbone-issue-sync/api/1/';

const ONE = '/integrations/:key';
const DRAFT = `${ONE}/draft`;
const SYNC_INFORMATION = '/connectors/:connector/syncInformation';
const FIELD_DEFAULT = `${DRAFT}/fieldDefaults/:connector/:default`;

const routes: readonly Route<Call>[] = [
  route('GET', '/health', integrations.health),
  route('GET', '/integrations', integrations.list),
  route('POST', '/integrations', integrations.create),
  route('GET', ONE, integrations.single),
  route('PUT', ONE, integrations.update),
  route('DELETE', ONE, integrations.remove),
  route('GET', `${ONE}/status`, integrations.status),
  route('GET', `${ONE}/conflicts`, integrations.conflicts),
  route('POST', `${ONE}/start`, integrations.start),
  route('PUT', `${ONE}/start`, integrations.start),
  route('POST', `${ONE}/stop`, integrations.stop),
  route('PUT', `${ONE}/stop`, integrations.stop),
  route('PUT', `${ONE}/applicationConnection`, integrations.applicationConnection),
  route('GET', SYNC_INFORMATION, connectors.syncInformation),
  route('POST', SYNC_INFORMATION, connectors.importSyncInformation),
  route('DELETE', SYNC_INFORMATION, connectors.deleteSyncInformation),
  route('POST', '/connectors/:connector/resync', connectors.resync),
  route('GET', '/connectors/:connector/user', connectors.changeUser),
  route('GET', DRAFT, drafts.draft),
  route('POST', DRAFT, drafts.createDraft),
  route('DELETE', DRAFT, drafts.discardDraft),
  route('GET', `${DRAFT}/conflicts`, drafts.draftConflicts),
  route('POST', `${DRAFT}/publish`, drafts.publishDraft),
  route('POST', `${DRAFT}/issueTypeMappings`, drafts.issueTypeMappings.add),
  route('POST', `${DRAFT}/issueTypeMappings/bulk`, drafts.issueTypeMappings.addMany),
  route('PUT', `${DRAFT}/issueTypeMappings`, drafts.issueTypeMappings.edit),
  route('DELETE', `${DRAFT}/issueTypeMappings`, drafts.issueTypeMappings.remove),
  route('POST', `${DRAFT}/fieldMappings`, drafts.fieldMappings.add),
  route('POST', `${DRAFT}/fieldMappings/bulk`, drafts.fieldMappings.addMany),
  route('PUT', `${DRAFT}/fieldMappings`, drafts.fieldMappings.edit),
  route('DELETE', `${DRAFT}/fieldMappings`, drafts.fieldMappings.remove),
  route('POST', `${DRAFT}/fieldDefaults/:connector`, drafts.addFieldDefault),
  route('PUT', FIELD_DEFAULT, drafts.editFieldDefault),
  route('DELETE', FIELD_DEFAULT, drafts.deleteFieldDefault),
];

/** Whoever is let in, may act, and says what writes must say, is answered by a route. */
export function answerOfBackbone(call: Call): Answer {
  const answer = gate(call) ?? routed(call);
  return answer.status >= 400 ? inErrorBody(call, answer) : answer;
}

function gate({ world, user, headers, method }: Call): Answer | undefined {
  const { backboneTakesBearer, callerRights, xsrfHeader } = world.switches;
  const isBearer = headers.authorization?.toLowerCase().startsWith('bearer') === true;
  if (isBearer && !backboneTakesBearer) return CLOSED_TO_ANONYMOUS;
  if (!user?.admin || callerRights === 'restricted') {
    return { status: 403, body: { message: 'Only system or project administrators may act in Backbone.' } };
  }
  const said = String(headers['x-atlassian-token']);
  const fits = xsrfHeader === 'either' ? ['nocheck', 'no-check'].includes(said) : xsrfHeader === said;
  if (method !== 'GET' && xsrfHeader !== 'none' && !fits) return { status: 403, text: 'XSRF check failed' };
  return undefined;
}

function routed(call: Call): Answer {
  try {
    const path = `/${call.path.slice(BACKBONE_BASE.length)}`;
    return dispatch(routes, call.method, path, call) ?? { status: 404, html: '<html><body>404</body></html>' };
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

/** How Backbone writes its refusals is not documented. */
function inErrorBody({ world }: Call, answer: Answer): Answer {
  const { status, headers = {}, body } = answer;
  if (typeof body !== 'object' || body === null || !('message' in body)) return answer;
  const message = String(body.message);
  switch (world.switches.errorBody) {
    case 'errorMessages':
      return { status, headers, body: { errorMessages: [message], errors: {} } };
    case 'text':
      return { status, headers, text: message };
    case 'html':
      return { status, headers, html: `<html><body><h1>${message}</h1></body></html>` };
    case 'empty':
      return { status, headers };
    default:
      return answer;
  }
}
