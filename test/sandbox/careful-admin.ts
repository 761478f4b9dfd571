/** A careful administrator who follows the vendor's guide by REST, knowing of the copy gap. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  type Connector,
  type Entry,
  entriesOf,
  type Integration,
  type Issue,
  issuesOf,
} from './harness.ts';

interface Status {
  firstConnector: { incomingProcessingStatus: string; outgoingProcessingStatus: string };
  secondConnector: { incomingProcessingStatus: string; outgoingProcessingStatus: string };
}

async function untilIdle(client: Client, instance: string, key: string): Promise<void> {
  for (let idle = 0, n = 0; idle < 5 && n < 60; n++) {
    const { body } = await client.backbone<Status>(instance, 'GET', `/integrations/${key}/status`);
    const words = [body.firstConnector, body.secondConnector].flatMap((each) => [
      each.incomingProcessingStatus,
      each.outgoingProcessingStatus,
    ]);
    idle = words.every((word) => word === 'IDLE') ? idle + 1 : 0;
    await sleep(15);
  }
}

interface Named {
  id: string;
  name: string;
}

/** Ids of jira-old → ids of jira-new, by name; the person knows which "Customer reference" is the copied one. */
async function translation(client: Client): Promise<(id: string) => string> {
  const ids = new Map<string, string>();
  const lists = ['issuetype', 'priority', 'status', 'field'];
  for (const list of lists) {
    const [old, fresh] = await Promise.all(
      ['jira-old', 'jira-new'].map(
        async (name) => (await client.call<Named[]>(name, 'GET', `/rest/api/2/${list}`)).body,
      ),
    );
    for (const one of old ?? []) {
      const same = (fresh ?? []).filter((each) => each.name === one.name);
      const chosen = same.find((each) => each.id !== 'customfield_10299');
      if (chosen) ids.set(`${list}:${one.id}`, chosen.id);
    }
  }
  const severity = (name: string, field: string) =>
    client.call<{ options: { id: number; value: string }[] }>(name, 'GET', `/rest/api/2/customFields/${field}/options`);
  const old = (await severity('jira-old', '10105')).body.options;
  const fresh = (await severity('jira-new', '10320')).body.options;
  for (const one of old) ids.set(`option:${one.id}`, String(fresh.find((each) => each.value === one.value)?.id));
  return (id) => ids.get(id) ?? id.slice(id.indexOf(':') + 1);
}

export interface Migrated {
  original: Integration;
  made: Integration;
  dropped: number;
}

/** Everything up to the delete, which the test does itself. */
export async function migrate(client: Client, originalKey = 'INT-16'): Promise<Migrated> {
  const moved = Date.parse(client.sandbox.ready.move.copyStarted);
  const original = (await client.backbone<Integration>('jira-old', 'GET', `/integrations/${originalKey}`)).body;
  await client.backbone('jira-old', 'POST', `/integrations/${originalKey}/stop`);
  await untilIdle(client, 'jira-old', originalKey);
  const [first, second] = [original.firstConnector, original.secondConnector];
  const entriesA = await entriesOf(client, 'jira-old', first.connectorKey);
  const entriesB = await entriesOf(client, 'jira-old', second.connectorKey);
  const made = await create(client);
  const to = await translation(client);
  await correct(client, made, original, to);
  const dropped = await pair(client, made, entriesA, entriesB, moved);
  const started = await client.backbone('jira-new', 'POST', `/integrations/${made.integrationKey}/start`);
  if (started.status !== 200) throw new Error(JSON.stringify(started.body));
  const live = (await client.backbone<Integration>('jira-new', 'GET', `/integrations/${made.integrationKey}`)).body;
  const summary = live.fieldMappings
    .filter((mapping) => mapping.firstFieldId === 'summary')
    .map((mapping) => mapping.id);
  for (const connector of [live.firstConnector, live.secondConnector]) {
    await untilIdle(client, 'jira-new', made.integrationKey);
    await client.backbone('jira-new', 'POST', `/connectors/${connector.connectorKey}/resync`, {
      fieldMappings: summary,
    });
  }
  await untilIdle(client, 'jira-new', made.integrationKey);
  return { original, made: live, dropped };
}

async function create(client: Client): Promise<Integration> {
  const application = (name: string) => ({
    baseUrl: client.sandbox.ready.instances[name],
    user: 'backbone',
    password: 'sandbox-password',
  });
  const { body } = await client.backbone<Integration>('jira-new', 'POST', '/integrations', {
    summary: 'PA <> PB',
    description: 'by hand',
    firstConnector: { projectKey: 'PA', connection: { application: application('jira-new') } },
    secondConnector: { projectKey: 'PB', connection: { application: application('jira-partner') } },
  });
  return body;
}

/** Mappings through a draft; workflows, comments and settings as a person in the pages. */
async function correct(
  client: Client,
  made: Integration,
  original: Integration,
  to: (id: string) => string,
): Promise<void> {
  const base = `/integrations/${made.integrationKey}/draft`;
  await client.backbone('jira-new', 'POST', base);
  const types = original.issueTypeMappings.map((each) => ({
    ...each,
    firstIssueTypeId: to(`issuetype:${each.firstIssueTypeId}`),
  }));
  await client.backbone('jira-new', 'POST', `${base}/issueTypeMappings/bulk`, types);
  const fields = original.fieldMappings.map((mapping) => {
    const kind = mapping.firstFieldId === 'priority' ? 'priority' : 'option';
    const values = mapping.values?.map((value) => ({ ...value, firstOptionId: to(`${kind}:${value.firstOptionId}`) }));
    return { ...mapping, firstFieldId: to(`field:${mapping.firstFieldId}`), ...(values ? { values } : {}) };
  });
  await client.backbone('jira-new', 'POST', `${base}/fieldMappings/bulk`, fields);
  const defaults = async (connector: Connector, target: Connector, map: (id: string) => string) => {
    for (const { fieldId, value } of connector.fieldDefaults) {
      const body = { fieldId: map(`field:${fieldId}`), value: { id: map(`option:${value.id}`) } };
      await client.backbone('jira-new', 'POST', `${base}/fieldDefaults/${target.connectorKey}`, body);
    }
  };
  await defaults(original.firstConnector, made.firstConnector, to);
  await defaults(original.secondConnector, made.secondConnector, (id) => id.slice(id.indexOf(':') + 1));
  await client.backbone('jira-new', 'POST', `${base}/publish`);
  const workflowMappings = original.workflowMappings.map((mapping) => ({
    ...mapping,
    firstIssueTypeId: to(`issuetype:${mapping.firstIssueTypeId}`),
    statuses: mapping.statuses.map((status) => ({ ...status, firstStatusId: to(`status:${status.firstStatusId}`) })),
  }));
  const members = { workflowMappings, comments: original.comments };
  await client.control('POST', '/sandbox/ui/edit-configuration', {
    instance: 'jira-new',
    integrationKey: made.integrationKey,
    members,
    by: 'kim',
  });
}

/** Pairs whose issues are in the copy; comments that are in it; nothing after the copy counts as seen. */
async function pair(
  client: Client,
  made: Integration,
  entriesA: Entry[],
  entriesB: Entry[],
  moved: number,
): Promise<number> {
  const oldA = await issuesOf(client, 'jira-old', 'PA');
  const newA = await issuesOf(client, 'jira-new', 'PA');
  const same = (one: Issue | undefined, other: Issue | undefined) =>
    one !== undefined &&
    other !== undefined &&
    one.fields.reporter.name === other.fields.reporter.name &&
    Date.parse(one.fields.created) === Date.parse(other.fields.created);
  const b = await issuesOf(client, 'jira-partner', 'PB');
  const readyA: Entry[] = [];
  const readyB: Entry[] = [];
  for (const entry of entriesA) {
    const [before, after] = [oldA.get(entry.localIssueKey), newA.get(entry.localIssueKey)];
    const mirror = entriesB.find((each) => each.localIssueKey === entry.remoteIssueKey);
    if (!mirror || !before || !after || !same(before, after)) continue;
    const commentIds = new Map<string, string>();
    for (const comment of before.fields.comment.comments) {
      const copy = after.fields.comment.comments.find(
        (each) => each.body === comment.body && Date.parse(each.created) === Date.parse(comment.created),
      );
      if (copy) commentIds.set(comment.id, copy.id);
    }
    const kept = entry.comments.flatMap(({ localId }) => {
      const copy = commentIds.get(localId);
      return copy === undefined ? [] : [{ localId: copy }];
    });
    const bodies = new Set(after.fields.comment.comments.map((comment) => comment.body));
    const isThere = (localId: string) => {
      const comment = b.get(mirror.localIssueKey)?.fields.comment.comments.find((each) => each.id === localId);
      return comment !== undefined && bodies.has(comment.body);
    };
    const keptB = mirror.comments.filter(({ localId }) => isThere(localId));
    readyA.push({ ...entry, comments: kept, lastChangeSeen: Math.min(entry.lastChangeSeen, moved) });
    readyB.push({ ...mirror, comments: keptB, lastChangeSeen: Math.min(mirror.lastChangeSeen, moved) });
  }
  await client.backbone('jira-new', 'POST', `/connectors/${made.firstConnector.connectorKey}/syncInformation`, readyA);
  await client.backbone('jira-new', 'POST', `/connectors/${made.secondConnector.connectorKey}/syncInformation`, readyB);
  return entriesA.length - readyA.length;
}
