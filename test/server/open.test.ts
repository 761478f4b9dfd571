/** What `migrator up` opens on a machine: what docs/security-doors.md lists, on loopback, and nothing else. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startTemporalServer } from '../../src/server/start.ts';
import { connectClient, temporalBinary } from '../support/temporal.ts';
import { send } from './socket.ts';
import { listeningOf } from './sockets.ts';

const ID = 'an-id-that-nobody-else-sees';
const INPUT = 'an-input-that-nobody-else-sees';

describe.runIf(process.platform === 'linux')('the sockets of the embedded server', () => {
  let server: RunningServer;
  /** By what it is. */
  let sockets: { all: string[]; metrics: string[]; internal: string[] };

  beforeAll(async () => {
    server = await startTemporalServer({ binary: temporalBinary() });
    await using connected = await connectClient(server.address);
    const handle = await connected.client.workflow.start('any', { taskQueue: 'q', workflowId: ID, args: [INPUT] });
    await handle.terminate(INPUT);
    const all = await listeningOf(server.pid);
    const known = [server.address, server.httpAddress];
    const rest = all.filter((each) => !known.includes(each) && each.startsWith('127.0.0.1:'));
    const asked = await Promise.all(rest.map(async (each) => [each, (await metricsAt(each)).status] as const));
    const metrics = asked.filter(([, status]) => status === 200).map(([each]) => each);
    sockets = { all, metrics, internal: rest.filter((each) => !metrics.includes(each)) };
    return () => server.stop();
  });

  const metricsAt = (address: string, Host = address) => send(address, { target: '/metrics', headers: { Host } });

  it('are all on loopback, the UI where nobody looks for it', () => {
    expect(sockets.all.filter((each) => !each.startsWith('127.'))).toEqual([]);
    expect(sockets.all.filter((each) => !each.startsWith('127.0.0.1:'))).toHaveLength(1);
    expect(sockets.all).toEqual(expect.arrayContaining([server.address, server.httpAddress]));
  });

  it('are gRPC, the closed API, the UI, metrics, and the two by which the parts of the server speak', () => {
    expect(sockets.all).toHaveLength(6);
    expect(sockets.metrics).toHaveLength(1);
    expect(sockets.internal).toHaveLength(2);
  });

  it('have no pprof anywhere', async () => {
    for (const address of sockets.all)
      for (const target of ['/debug/pprof/', '/debug/pprof/goroutine?debug=1', '/debug/pprof/heap', '/debug/vars']) {
        const { text } = await send(address, { target, headers: { Host: address } });
        expect([address, target, /goroutine|heap profile|memstats/.test(text)]).toEqual([address, target, false]);
      }
  });

  it('give by the metrics names of types and namespaces to whoever finds the port, and no id, input or reason', async () => {
    const [metrics = ''] = sockets.metrics;
    // The dev server looks at no name here, and cannot be told to: what the page says remains.
    const { status, text } = await metricsAt(metrics, 'evil.example');
    expect(status).toBe(200);
    expect(text).toContain('namespace="default"');
    expect(text).not.toContain(ID);
    expect(text).not.toContain(INPUT);
    // Nothing else is served there.
    for (const target of ['/', '/metrics/', '/api/v1/namespaces', '/metrics/../debug/pprof/'])
      expect([target, (await send(metrics, { target, headers: { Host: metrics } })).status]).not.toEqual([target, 200]);
  });
});
