/** Connecting to Temporal: the same environment and file as the `temporal` command (`@temporalio/envconfig`). */
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { MigratorError } from '../contract/errors.ts';
import { payloadConverterPath } from './paths.ts';

export interface Target {
  /** `host:port`; without it TEMPORAL_ADDRESS or the profile decides, then localhost:7233. */
  address?: string | undefined;
  namespace?: string | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;

function options({ address, namespace }: Target) {
  const { connectionOptions, namespace: configured } = loadClientConnectConfig();
  return {
    connection: { ...connectionOptions, ...(address ? { address } : {}) },
    namespace: namespace ?? configured ?? 'default',
  };
}

export async function connectClient(target: Target = {}, withinMs = CONNECT_TIMEOUT_MS): Promise<Client> {
  const { connection, namespace } = options(target);
  try {
    const opened = await Connection.connect({ ...connection, connectTimeout: withinMs });
    return new Client({ connection: opened, namespace, dataConverter: { payloadConverterPath } });
  } catch (error) {
    throw noTemporal(connection.address, error);
  }
}

export async function connectWorker(target: Target = {}): Promise<{ connection: NativeConnection; namespace: string }> {
  const { connection, namespace } = options(target);
  try {
    return { connection: await NativeConnection.connect(connection), namespace };
  } catch (error) {
    throw noTemporal(connection.address, error);
  }
}

const noTemporal = (address: string | undefined, cause: unknown): MigratorError =>
  new MigratorError('Unexpected', `no Temporal server answers at ${address ?? 'localhost:7233'}.`, {
    cause,
    remedy: 'Start one with `npm start -- --config <file>`, or name yours with --address or TEMPORAL_ADDRESS.',
  });
