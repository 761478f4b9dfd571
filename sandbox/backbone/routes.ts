/** Backbone's REST interface: every documented endpoint, and nothing that was looked for and not found. */
import { type Call, type Route, route } from '../http/router.ts';
import * as connectors from './connectors.ts';
import * as drafts from './drafts.ts';
import * as integrations from './integrations.ts';

export const BACKBONE_BASE = '/plugins/servlet/backbone-issue-sync/api/1/';

const ONE = '/integrations/:key';
const DRAFT = `${ONE}/draft`;
const SYNC_INFORMATION = '/connectors/:connector/syncInformation';
const FIELD_DEFAULT = `${DRAFT}/fieldDefaults/:connector/:default`;

export const backboneRoutes: readonly Route<Call>[] = [
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
