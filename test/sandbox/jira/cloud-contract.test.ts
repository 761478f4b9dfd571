/**
 * The Cloud side against Atlassian's own document of the platform's REST interface v3, where that lies beside the checkout.
 * Most of its schemas forbid members they do not name, and its own examples break them: the exceptions are here, by name.
 */
import type { ErrorObject } from 'ajv';
import { describe, expect, it } from 'vitest';
import { open } from '../harness.ts';
import { readDocument, whyMissing } from './atlassian.ts';

const NAME = 'jira-cloud-v3.json';
const missing = whyMissing(NAME);
const GOOD = {
  Authorization: `Basic ${Buffer.from('migrator@example.com:sandbox-password').toString('base64')}`,
};

/** In examples and in real answers, and in no schema. */
const UNLISTED = new Set(['untranslatedName', 'defaultLocale']);

type Operation = [path: string, ask: string, body?: unknown, status?: number];

const SAID = {
  ...{ type: 'doc', version: 1 },
  content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Said' }] }],
};
const CONTEXT = '/field/customfield_10207/context';
const OPERATIONS: Operation[] = [
  ['/serverInfo', '/serverInfo'],
  ['/myself', '/myself'],
  ['/user/bulk', '/user/bulk?accountId=5f7061756c61000000000000&accountId=nobody'],
  ['/user/bulk/migration', '/user/bulk/migration?username=paula'],
  ['/users/search', '/users/search?maxResults=3'],
  ['/group/bulk', '/group/bulk?groupName=jira-administrators'],
  ['/groups/picker', '/groups/picker?query=jira'],
  ['/workflows', '/workflows', { workflowNames: ['Workflow of the sandbox'] }],
  ['/mypermissions', '/mypermissions?permissions=BROWSE_PROJECTS'],
  ['/project/search', '/project/search'],
  ['/project/{projectIdOrKey}', '/project/PB?expand=issueTypes'],
  ['/project/{projectIdOrKey}/statuses', '/project/PB/statuses'],
  ['/project/{projectIdOrKey}/components', '/project/PB/components'],
  ['/project/{projectIdOrKey}/versions', '/project/PB/versions'],
  ['/field/{fieldId}/context/{contextId}/option', '/field/customfield_10210/context/110210/option'],
  ['/issuetype', '/issuetype'],
  ['/status', '/status'],
  ['/priority', '/priority'],
  ['/resolution', '/resolution'],
  ['/field', '/field'],
  ['/field/{fieldId}/context', CONTEXT],
  ['/field/{fieldId}/context/projectmapping', `${CONTEXT}/projectmapping`],
  ['/field/{fieldId}/context/{contextId}/option', `${CONTEXT}/110207/option`],
  ['/search/jql', '/search/jql?jql=project=PB&fields=*all&expand=changelog&maxResults=5'],
  ['/search/jql', '/search/jql', { jql: 'project = PB', fields: ['*all'] }],
  ['/search/approximate-count', '/search/approximate-count', { jql: 'project = PB' }],
  ['/issue/bulkfetch', '/issue/bulkfetch', { issueIdsOrKeys: ['PB-4', 'PB-999'], fields: ['summary'] }],
  ['/issue/{issueIdOrKey}', '/issue/PB-4?expand=changelog'],
  ['/issue/{issueIdOrKey}/changelog', '/issue/PB-4/changelog'],
  ['/issue/{issueIdOrKey}/comment', '/issue/PB-4/comment'],
  ['/issue/{issueIdOrKey}/comment', '/issue/PB-4/comment', { body: SAID }, 201],
  ['/issue/{issueIdOrKey}/transitions', '/issue/PB-4/transitions'],
];

function isOurs({ keyword, params, instancePath }: ErrorObject): boolean {
  // A changed text has no ids: null, in every changelog there is.
  if (keyword === 'type' && /\/items\/\d+\/(?:from|to|fromString|toString)$/.test(instancePath)) return false;
  return !(keyword === 'additionalProperties' && UNLISTED.has(params.additionalProperty));
}

const pointer = (text: string) => text.replaceAll('~', '~0').replaceAll('/', '~1');

if (missing) console.warn(missing);
describe.skipIf(missing !== undefined)(
  `Cloud’s answers are those of the document${missing ? ` (${missing})` : ''}`,
  () => {
    const read = missing === undefined ? readDocument(NAME, 'cloud') : undefined;

    it.each(OPERATIONS)('%s: %s', async (path, ask, body, status = 200) => {
      await using client = await open({ world: 'workaround', richFields: true, cloud: ['jira-partner'] });
      const method = body === undefined ? 'GET' : 'POST';
      const answer = await client.call('jira-partner', method, `/rest/api/3${ask}`, body, GOOD);
      expect(answer.status).toBe(status);
      const at = ['paths', `/rest/api/3${path}`, method.toLowerCase(), 'responses', String(status), 'content'];
      const $ref = `cloud#/${[...at, 'application/json', 'schema'].map(pointer).map(encodeURIComponent).join('/')}`;
      const check = read?.ajv.compile({ $ref });
      check?.(answer.body);
      const problems = (check?.errors ?? []).filter(isOurs);
      expect(problems.map((each) => `${each.instancePath} ${each.message} ${JSON.stringify(each.params)}`)).toEqual([]);
    });

    it('would notice a member that no schema has', () => {
      const check = read?.ajv.compile({ $ref: 'cloud#/components/schemas/IssueTypeDetails' });
      expect(check?.({ id: '1', nmae: 'Bug' })).toBe(false);
    });
  },
);
