/** Our credentials go where the configuration says and nowhere else, whatever an instance makes up for an id or a key. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as requests from '../../src/backbone/requests.ts';
import type { WriteRequest } from '../../src/backbone/types.ts';
import { Exchange } from '../../src/http/exchange.ts';
import type { JiraClient } from '../../src/jira/types.ts';
import { configOf, failureOf, instanceConfig, json, listOf, opened, serving } from '../http/instances.ts';

const LEADING_ELSEWHERE = [
  '../../../../other-app/admin?do=it#',
  '1/../../../../../../../other-app/x',
  '%2e%2e/%2e%2e/x',
  '..\\..\\x',
  '1?x',
  '1/x',
];

const issue = (id: string) => ({
  id,
  key: 'PA-1',
  fields: {
    summary: 's',
    issuetype: { id: '1', name: 'Bug' },
    status: { id: '1', name: 'Open' },
    reporter: null,
    created: '2026-01-01T00:00:00.000+0000',
    updated: '2026-01-01T00:00:00.000+0000',
    comment: { comments: [], total: 1 },
  },
  changelog: { total: 1, histories: [] },
});
const status = { id: '1', name: 'Open', statusCategory: { key: 'new' } };
const project = { id: '1', key: 'PA', name: 'PA', issueTypes: [{ id: '1', name: 'Bug', subtask: false }] };

/** Whatever of Jira names a thing that is then asked about by its id. */
const READS: [what: string, read: (jira: JiraClient) => Promise<unknown>][] = [
  ['comments', (jira) => listOf(jira.issues({ jql: 'project = PA', comments: true }))],
  ['changes', (jira) => listOf(jira.issues({ jql: 'project = PA', changes: true }))],
  ['options', (jira) => jira.options('customfield_10100')],
  ['transitions', (jira) => jira.transitions(project)],
];

describe.each(['dataCenter', 'cloud'] as const)('an id that %s makes up', (deployment) => {
  const cases = READS.flatMap(([what, read]) => LEADING_ELSEWHERE.map((id) => ({ what, read, id })));

  it.each(cases)('is no part of the address that $what are read at: $id', async ({ read, id }) => {
    const { url, seen } = await serving(({ path }, response) => {
      if (path.includes('/search')) return json(response, { total: 1, issues: [issue(id)] });
      if (path.endsWith('/statuses')) return json(response, [{ id: '1', statuses: [status] }]);
      if (path.endsWith('/projectmapping'))
        return json(response, { values: [{ contextId: id, isGlobalContext: true }], isLast: true });
      if (path.endsWith('/workflows')) return json(response, {}, 403);
      return json(response, { options: [], values: [], comments: [], isLast: true });
    });
    await read(opened(`${url}/tools/jira`, { deployment }).jira).catch(() => {});
    expect(seen.length).toBeGreaterThan(0);
    const asked = seen.map(({ path }) => path);
    expect(asked.filter((path) => !/^\/tools\/jira\/rest\/api\/[23]\/[\w/]+$/.test(path))).toEqual([]);
    expect(asked.filter((path) => /\/issue\/|context\/.*\/option/.test(path))).toEqual([]);
  });
});

describe('a request', () => {
  it.each(['/rest/../x', '/x/%2E%2e/y', '/x?y', '/x#y', '\\x', 'x', '.example.com/x', '@example.com/x', '/x\ny'])(
    'is not sent when its path leads elsewhere: %j',
    async (path) => {
      const { url, seen } = await serving((_, response) => json(response, {}));
      const config = instanceConfig(`${url}/jira`);
      const exchange = new Exchange(config, configOf([config]).timing);
      for (const ask of [
        async () => exchange.read({ method: 'GET', path }, z.unknown()),
        async () => exchange.write({ method: 'POST', path }),
        async () => listOf(exchange.stream({ method: 'GET', path })),
      ])
        expect((await failureOf(ask())).message).toContain('so nothing was sent');
      expect(seen).toEqual([]);
      exchange.close();
    },
  );

  it.each(Object.entries(requests))('made by %s has no key in its path that is none', (_, make) => {
    for (const text of LEADING_ELSEWHERE) {
      // Whatever it takes for its first: a key, something that holds its pairs, or what is to be created.
      const whole = { key: text, summary: text, description: text, first: {}, second: {} };
      for (const first of [text, whole]) {
        try {
          const { path }: WriteRequest = Reflect.apply(make, undefined, [first, text, text, {}]);
          expect(path).toBe('/integrations');
        } catch (error) {
          if (!/is no key|is not a function|Cannot/.test(String(error))) throw error;
        }
      }
    }
  });

  it('has nothing in its path but what `segment` let through, wherever it is made', () => {
    /** What is ours in every one of these files. */
    const OURS = /^(?:segment\(.*\)|integration\(key\)|this\.#base|base|path|action|search)$/;
    const files = globSync(['src/jira/*.ts', 'src/backbone/*.ts']);
    const templates = files.flatMap((file) =>
      [
        ...readFileSync(file, 'utf8').matchAll(/`(?:\/|\$\{(?:this\.#base|base|path|integration\(key\))\}\/)[^`]*`/g),
      ].map(([template]) => ({ file, template })),
    );
    expect(templates.length).toBeGreaterThan(20);
    const foreign = templates.filter(({ template }) =>
      [...template.matchAll(/\$\{((?:[^{}]|\{[^{}]*\})*)\}/g)].some(([, inside = '']) => !OURS.test(inside)),
    );
    expect(foreign).toEqual([{ file: 'src/jira/identity.ts', template: expect.any(String) }]);
  });
});
