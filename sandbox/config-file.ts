/** The migrator's YAML configuration for a sandbox, so that a rehearsal needs no typing. */
import { writeFile } from 'node:fs/promises';
import { SANDBOX_PASSWORD, SANDBOX_TOKEN, SYNC_USER } from './seed/catalogue.ts';

const BASIC = '{ username: migrator, password: env:SANDBOX_PASSWORD }';
const BEARER = '{ token: env:SANDBOX_TOKEN }';

function instanceYaml(name: string, baseUrl: string): string {
  return `  ${name}:
    baseUrl: ${baseUrl}
    deployment: dataCenter
    credentials: ${name === 'jira-new' ? BEARER : BASIC}
    backbone: { createSynchronization: rest, importConfiguration: drafts, pairIssues: rest }
    syncUser: { username: ${SYNC_USER}, password: env:SANDBOX_PASSWORD }
    limits: { requestsPerSecond: 200, concurrency: 8 }
`;
}

export function configurationYaml(baseUrls: Record<string, string>, intervalMs: number): string {
  const instances = Object.entries(baseUrls).map(([name, baseUrl]) => instanceYaml(name, baseUrl));
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

/** Writes the configuration of a running sandbox. */
export async function writeConfiguration(
  file: string,
  baseUrls: Record<string, string>,
  intervalMs = 200,
): Promise<void> {
  await writeFile(file, configurationYaml(baseUrls, intervalMs));
}
