/** The migrator's YAML configuration for a sandbox, so that a rehearsal needs no typing. */
import { SANDBOX_PASSWORD, SANDBOX_TOKEN, SYNC_USER } from './seed/catalogue.ts';

const BASIC = '{ username: migrator, password: env:SANDBOX_PASSWORD }';
const BEARER = '{ token: env:SANDBOX_TOKEN }';

export interface Access {
  bearer: boolean;
  syncUser: string;
  deployment: 'dataCenter' | 'cloud';
}

function instanceYaml(name: string, baseUrl: string, { bearer, syncUser, deployment }: Access): string {
  if (deployment === 'cloud') return cloudYaml(name, baseUrl);
  return `  ${name}:
    baseUrl: ${baseUrl}
    deployment: dataCenter
    credentials: ${bearer ? BEARER : BASIC}
    backbone: { createSynchronization: rest, importConfiguration: drafts, pairIssues: rest }
    syncUser: { username: ${syncUser}, password: env:SANDBOX_PASSWORD }
    limits: { requestsPerSecond: 200, concurrency: 8 }
`;
}

/** Backbone has no REST there: everything in it is a person's. */
function cloudYaml(name: string, baseUrl: string): string {
  return `  ${name}:
    baseUrl: ${baseUrl}
    deployment: cloud
    credentials: { username: migrator@example.com, password: env:SANDBOX_PASSWORD }
    limits: { requestsPerSecond: 200, concurrency: 8 }
`;
}

export function configurationYaml(
  baseUrls: Record<string, string>,
  intervalMs: number,
  access: Record<string, Access> = {},
): string {
  const standard = (name: string): Access => {
    return { bearer: name === 'jira-new', syncUser: SYNC_USER, deployment: 'dataCenter' };
  };
  const instances = Object.entries(baseUrls).map(([name, baseUrl]) =>
    instanceYaml(name, baseUrl, access[name] ?? standard(name)),
  );
  return `# For the sandbox only. Set its fixed secrets first:
#   export SANDBOX_PASSWORD=${SANDBOX_PASSWORD} SANDBOX_TOKEN=${SANDBOX_TOKEN}
instances:
${instances.join('')}policy:
  approvers: [lee@example.com]
  required: 1
  selfApproval: false
  identity: claimed
timing:
  outgoingInterval: ${intervalMs}ms
  httpTimeout: 2s
  machineWait: { from: 200ms, to: 1s }
  personWait: { from: 500ms, to: 2s }
`;
}
