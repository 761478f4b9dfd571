import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { isListening } from './ports.ts';

export interface ReadinessTarget {
  ip: string;
  port: number;
  ui?: { ip: string; port: number };
  namespace: string;
  searchAttributes: readonly string[];
}

/**
 * Waits until the server does what its users need: the frontend answers, the namespace exists, the search attributes
 * are registered (a workflow that sets one too early is stuck for ever), and the web UI accepts connections.
 * @returns false when `signal` is aborted first.
 */
export async function untilReady(target: ReadinessTarget, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if ((await portsOpen(target)) && (await answers(target))) return true;
    await sleep(40);
  }
  return false;
}

async function portsOpen({ ip, port, ui }: ReadinessTarget): Promise<boolean> {
  // Asked before the client connects, since that waits a second after a refused attempt.
  return (await isListening(ip, port)) && (ui === undefined || (await isListening(ui.ip, ui.port)));
}

async function answers({ ip, port, namespace, searchAttributes }: ReadinessTarget): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address: `${ip}:${port}`, connectTimeout: 2_000 });
    const connected = connection;
    return await connected.withDeadline(Date.now() + 2_000, async () => {
      await connected.workflowService.getSystemInfo({});
      await connected.workflowService.describeNamespace({ namespace });
      if (searchAttributes.length === 0) return true;
      const { customAttributes } = await connected.operatorService.listSearchAttributes({ namespace });
      return searchAttributes.every((name) => Object.hasOwn(customAttributes ?? {}, name));
    });
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}
