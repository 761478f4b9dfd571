import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, type LogEntry, makeTelemetryFilterString, NativeConnection, Runtime } from '@temporalio/worker';
import { inject } from 'vitest';

/** `host:port` of the Temporal server that this test run shares. Its search attributes are registered. */
export function temporalAddress(): string {
  return inject('temporalAddress');
}

/** The `temporal` command, for tests that need a server of their own (to kill it, say). */
export function temporalBinary(): string {
  return inject('temporalBinary');
}

/** The workflows, bundled once for the run: `Worker.create({ workflowBundle: workflowBundle(), … })`. */
export function workflowBundle(): { codePath: string } {
  const bundle = inject('workflowBundle');
  if ('problem' in bundle) throw new Error(`The workflows could not be bundled: ${bundle.problem}`);
  return bundle;
}

export interface ConnectedClient extends AsyncDisposable {
  client: Client;
  close(): Promise<void>;
}

/** A client of the shared server, or of the one at `address`. Close it, or hold it with `await using`. */
export async function connectClient(address = temporalAddress()): Promise<ConnectedClient> {
  const connection = await Connection.connect({ address });
  const close = () => connection.close();
  return { client: new Client({ connection }), close, [Symbol.asyncDispose]: close };
}

let runtimeInstalled = false;

/**
 * A connection for workers. Close it after the last worker has shut down. Call it before anything else that makes a
 * worker: it sets what there is once per process, a quiet log and no signal handlers that would keep vitest from ending
 * a test file.
 */
export async function connectWorkers(address = temporalAddress()): Promise<NativeConnection> {
  if (!runtimeInstalled) {
    const telemetryOptions = { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } };
    Runtime.install({ logger: new DefaultLogger('WARN', print), telemetryOptions, shutdownSignals: [] });
  }
  runtimeInstalled = true;
  return NativeConnection.connect({ address });
}

/** A prefix for task queues and workflow ids that nobody else on the shared server has. */
export function uniquePrefix(subject = 'test'): string {
  return `${subject}-${randomUUID().slice(0, 8)}-`;
}

/** Workers of an instance have activities only, and runs fail on purpose: that is meant, and would hide what is not. */
function print({ level, message, meta }: LogEntry): void {
  if (!/^(No workflows registered|Workflow failed|Activity failed)/.test(message))
    console.error(level, message, meta ?? '');
}
