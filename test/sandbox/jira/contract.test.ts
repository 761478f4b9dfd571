/**
 * The Jira side against Atlassian's own document of Data Center 10.3, where that lies beside the checkout. The document is
 * generated from annotations and not clean: lists are described as their items, and many members are missing in it. So
 * lists are checked item by item, and members it does not know are named here, one by one.
 */
import type { ValidateFunction } from 'ajv';
import { describe, expect, it } from 'vitest';
import { type Client, open } from '../harness.ts';
import { readDocument, whyMissing } from './atlassian.ts';

const NAME = 'jira-dc-10.3.json';
const missing = whyMissing(NAME);

interface Schema {
  $ref?: string;
  properties?: Record<string, unknown>;
}
interface Document {
  components: { schemas: Record<string, Schema> };
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: Schema }> }> }>
  >;
}

interface Operation {
  path: string;
  /** Below /rest/api/2. */
  ask: string;
  method?: string;
  body?: unknown;
  status?: number;
  /** The document describes one item of the list that is answered. */
  list?: true;
  /** Where the document names an empty schema and has the right one under another name. */
  schema?: string;
  /** Members that Jira answers with and the document does not have. */
  beyond?: readonly string[];
  /** Problems that are the document's, by their path in the answer. */
  defect?: RegExp;
}

/** Values of fields are texts, lists and null too, where the document says objects; ids of changed texts are null. */
const ISSUE = { defect: /\/fields\/\w+ must be object$|\/items\/\d+\/(?:from|to|fromString|toString) must be string$/ };

/** The document's schema of serverInfo is an empty object. */
const SERVER_INFO = [
  ...['baseUrl', 'serverTitle', 'serverId', 'serverTime', 'deploymentType', 'version', 'versionNumbers'],
  ...['buildNumber', 'buildDate', 'databaseBuildNumber', 'scmInfo'],
];

const OPERATIONS: readonly Operation[] = [
  { path: '/serverInfo', ask: '/serverInfo', beyond: SERVER_INFO },
  { path: '/myself', ask: '/myself' },
  { path: '/user', ask: '/user?username=anna' },
  { path: '/user/list', ask: '/user/list?maxResults=2' },
  { path: '/groups/picker', ask: '/groups/picker?query=jira' },
  // The document describes one of its values.
  {
    path: '/group/member',
    ask: '/group/member?groupname=jira-administrators',
    beyond: ['self', 'maxResults', 'startAt', 'total', 'isLast', 'values'],
  },
  { path: '/mypermissions', ask: '/mypermissions' },
  { path: '/project', ask: '/project', list: true, beyond: ['expand', 'projectTypeKey'] },
  {
    path: '/project/{projectIdOrKey}',
    ask: '/project/PA',
    beyond: [...['expand', 'lead', 'components', 'versions', 'issueTypes', 'assigneeType', 'roles', 'projectTypeKey']],
  },
  {
    path: '/project/{projectIdOrKey}/components',
    ask: '/project/PA/components',
    list: true,
    beyond: ['isAssigneeTypeValid', 'projectId'],
  },
  { path: '/project/{projectIdOrKey}/versions', ask: '/project/PA/versions', list: true },
  { path: '/customFields/{customFieldId}/options', ask: '/customFields/10323/options' },
  {
    path: '/project/{projectIdOrKey}/statuses',
    ask: '/project/PA/statuses',
    list: true,
    beyond: ['description', 'iconUrl', 'avatarId'],
  },
  { path: '/issuetype', ask: '/issuetype', list: true },
  { path: '/status', ask: '/status', list: true },
  { path: '/priority', ask: '/priority', list: true },
  { path: '/resolution', ask: '/resolution', list: true },
  { path: '/field', ask: '/field', list: true },
  { path: '/customFields/{customFieldId}/options', ask: '/customFields/10320/options' },
  { path: '/search', ask: '/search?jql=project=PA&expand=changelog', ...ISSUE },
  { path: '/search', ask: '/search', method: 'POST', body: { jql: 'project = PA', fields: ['*all'] }, ...ISSUE },
  { path: '/issue/{issueIdOrKey}', ask: '/issue/PA-1?expand=changelog', beyond: ['expand'], ...ISSUE },
  { path: '/issue/{issueIdOrKey}/comment', ask: '/issue/PA-1/comment' },
  {
    path: '/issue/{issueIdOrKey}/comment',
    ask: '/issue/PA-1/comment',
    method: 'POST',
    body: { body: 'x' },
    status: 201,
  },
  { path: '/issue/{issueIdOrKey}/properties', ask: '/issue/PA-1/properties' },
  { path: '/issue/{issueIdOrKey}/transitions', ask: '/issue/PA-1/transitions', beyond: ['expand'] },
  {
    ...{ path: '/issue', ask: '/issue', method: 'POST', status: 201 },
    body: { fields: { project: { key: 'PA' }, issuetype: { name: 'Bug' }, summary: 'x' } },
  },
  { path: '/attachment/{id}', ask: '/attachment/55100', schema: 'AttachmentJsonBean' },
];

let made: ReturnType<typeof readContract> | undefined;
const contract = () => {
  made ??= readContract();
  return made;
};

function readContract() {
  const { document, ajv } = readDocument<Document>(NAME, 'jira');
  const schemaOf = ({ path, method = 'GET', status = 200, schema }: Operation): Schema => {
    if (schema !== undefined) return { $ref: `#/components/schemas/${schema}` };
    const operation = document.paths[`/api/2${path}`]?.[method.toLowerCase()];
    const found = operation?.responses[String(status)]?.content?.['application/json']?.schema;
    if (!found) throw new Error(`the document has no answer ${status} of ${method} ${path}`);
    return found;
  };
  return {
    validator(operation: Operation): ValidateFunction {
      const { $ref = '' } = schemaOf(operation);
      return ajv.compile({ $ref: `jira${$ref}` });
    },
    members(operation: Operation): string[] {
      const name = (schemaOf(operation).$ref ?? '').split('/').at(-1) ?? '';
      return Object.keys(document.components.schemas[name]?.properties ?? {});
    },
  };
}

async function answerOf(client: Client, { ask, method = 'GET', body, status = 200 }: Operation): Promise<unknown> {
  const answer = await client.call('jira-new', method, `/rest/api/2${ask}`, body);
  expect(answer.status).toBe(status);
  return answer.body;
}

if (missing) console.warn(missing);
describe.skipIf(missing !== undefined)(
  `answers of Jira are those of the document${missing ? ` (${missing})` : ''}`,
  () => {
    it.each(OPERATIONS)('$ask', async (operation) => {
      const { validator, members } = contract();
      await using client = await open({ richFields: true });
      const act = { action: 'once', kind: 'attach', instance: 'jira-new', key: 'PA-2', value: 'log.txt' };
      await client.control('POST', '/sandbox/people', act);
      const body = await answerOf(client, operation);
      const items: unknown[] = operation.list ? (Array.isArray(body) ? body : []) : [body];
      expect(items.length).toBeGreaterThan(0);
      const check = validator(operation);
      const known = [...members(operation), ...(operation.beyond ?? [])];
      for (const item of items) {
        check(item);
        const problems = (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
        expect(problems.filter((problem) => !operation.defect?.test(problem))).toEqual([]);
        expect(Object.keys(item as object).filter((member) => !known.includes(member))).toEqual([]);
      }
    });

    it('would notice a wrong answer', () => {
      const check = contract().validator({ path: '/field', ask: '/field', list: true });
      expect(check({ id: 7, name: 'Summary' })).toBe(false);
      expect(check({ id: 'summary', name: 'Summary', custom: 'no' })).toBe(false);
    });
  },
);
