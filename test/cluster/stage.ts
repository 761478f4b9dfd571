/** A sandbox, and the cluster that migrates in it with its configuration. */
import type { Client } from '@temporalio/client';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start.ts';
import type { RecordEntry } from '../../sandbox/world/record.ts';
import { controlOf } from '../support/control.ts';
import type { Stage } from '../support/findings.ts';
import { SECRETS } from '../support/migration.ts';
import { type Cluster, startCluster } from './cluster.ts';

export interface ClusterStage extends Stage, AsyncDisposable {
  cluster: Cluster;
  sandbox: Sandbox;
  client: Client;
  /** Of task queues: none, as where docker-compose.yml is used as it is. */
  prefix: '';
  record(): Promise<RecordEntry[]>;
}

export async function stageCluster(options: SandboxOptions = {}): Promise<ClusterStage> {
  await using ending = new AsyncDisposableStack();
  // What is under way for three of these intervals counts as different: long enough for two cores on which a worker or a server is
  // just being started again.
  const sandbox = await startSandbox({ interval: 200, ...options });
  ending.defer(() => sandbox.close());
  const cluster = await startCluster(withSecretFiles(sandbox.configuration()), {
    jira_old_password: SECRETS.SANDBOX_PASSWORD,
    jira_new_token: SECRETS.SANDBOX_TOKEN,
    jira_partner_password: SECRETS.SANDBOX_PASSWORD,
  });
  ending.use(cluster);
  const control = controlOf(sandbox);
  const ended = ending.move();
  return {
    cluster,
    sandbox,
    client: cluster.client,
    prefix: '',
    store: cluster.store,
    log: cluster.log,
    control,
    record: () => control<RecordEntry[]>('GET', 'record'),
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  };
}

/** The sandbox's configuration with the secrets where docker-compose.yml puts them: one file for each instance. */
function withSecretFiles(yaml: string): string {
  let instance = '';
  const lines = yaml.split('\n').map((line) => {
    instance = /^ {2}([\w-]+):$/.exec(line)?.[1] ?? instance;
    const password = instance === 'jira-partner' ? 'jira_partner_password' : 'jira_old_password';
    return line
      .replaceAll('env:SANDBOX_PASSWORD', `file:/run/secrets/${password}`)
      .replaceAll('env:SANDBOX_TOKEN', 'file:/run/secrets/jira_new_token');
  });
  return lines.join('\n');
}
