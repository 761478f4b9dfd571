/** A PostgreSQL server that goes away and comes back; one of its own, since others use the shared one. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { startPostgres } from '../../tools/postgres.ts';
import { holderOf, opened, request } from './samples.ts';

describe('a PostgreSQL server', () => {
  it('that goes away is StoreUnreachable with nothing written, and serves again by itself when it is back', async () => {
    const server = await startPostgres();
    onTestFinished(() => server.remove());
    const store = await opened({ postgres: await server.create('store') });
    const claim = await store.claims.open(request());
    await server.stop();
    const attempts = [
      store.ledger.append(holderOf(claim), { kind: 'step', subject: {} }),
      store.ledger.read(claim.migration),
      store.artifacts.putJson({ a: 1 }),
      store.brake.list(),
    ];
    for (const outcome of await Promise.allSettled(attempts)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'StoreUnreachable', retry: 'wait' } });
    }
    await server.start();
    expect(await store.ledger.append(holderOf(claim), { kind: 'step', subject: {} })).toMatchObject({ n: 2 });
  });

  it('is named without user and password when it cannot be reached', async () => {
    const opening = openStore({ postgres: 'postgres://kim:s3cret@127.0.0.1:1/store' });
    const error = await opening.catch((problem: unknown) => problem);
    expect(error).toMatchObject({
      code: 'StoreUnreachable',
      message: expect.stringContaining('postgresql://127.0.0.1:1/store'),
    });
    expect(String(error)).not.toMatch(/s3cret|kim/);
  });

  it.each(['s3cret', 'mysql://kim:s3cret@db/store'])(
    'that is no connection string is refused, unrepeated',
    async (url) => {
      const error = await openStore({ postgres: url }).catch((problem: unknown) => problem);
      expect(error).toMatchObject({ code: 'InvalidConfiguration' });
      expect(String(error)).not.toContain('s3cret');
    },
  );
});
