/** Two instances of the sandbox with two thousand users, groups and a looped transition. */
import type { WorldFile } from '../../sandbox/world-file/types.ts';

export const names = Array.from({ length: 2000 }, (_, n) => `user-${n}`);
export const address = (name: string) => `${name}@example.com`;

export function crowd(deployment: 'dataCenter' | 'cloud'): WorldFile {
  const url = (name: string) => `https://${name}.example.com`;
  const instance = (name: string): WorldFile['instances'][number] => ({
    name,
    baseUrl: url(name),
    users: names.map((each) => ({ name: each })),
    issueTypes: [{ id: '10001', name: 'Bug' }],
    statuses: [
      { id: '1', name: 'Open', category: 'new' },
      { id: '2', name: 'Done', category: 'done' },
    ],
    priorities: [{ id: '3', name: 'Medium' }],
    groups: ['devs', 'old-devs', ...Array.from({ length: 30 }, (_, n) => `a-team-${n}`), 'team'],
    loops: [{ id: '711', name: 'Update' }],
    projects: [
      {
        key: 'PA',
        issues: [
          {
            key: 'PA-1',
            created: '2026-01-01T00:00:00Z',
            fields: { issuetype: 'Bug', summary: 'One', status: 'Open' },
          },
          {
            key: 'PA-2',
            created: '2026-01-01T00:00:00Z',
            fields: { issuetype: 'Bug', summary: 'Two', status: 'Done' },
          },
        ],
      },
      { key: 'PB' },
    ],
  });
  const connector = (key: string, projectKey: string) => ({
    connectorKey: key,
    projectKey,
    connection: { application: { baseUrl: url('jira-old'), user: 'backbone' } },
  });
  return {
    version: 1,
    instances: [{ ...instance('jira-old') }, { ...instance('site'), deployment }],
    synchronizations: [
      {
        instance: 'jira-old',
        integration: {
          integrationKey: 'INT-1',
          firstConnector: connector('CON-1-PA', 'PA'),
          secondConnector: connector('CON-2-PB', 'PB'),
        },
      },
    ],
    original: { instance: 'jira-old', synchronization: 'INT-1' },
  };
}
