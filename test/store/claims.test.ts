import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/store/canonical.ts';
import { asShown } from '../support/pictures.ts';
import { ENGINES, holderOf, newPlace, opened, otherProcess, picture, request } from './samples.ts';

const identity = {
  instance: 'jira-old',
  instanceIdentity: 'https://jira-old.example.com BXYZ',
  key: 'INT-16',
  created: '2024-01-05T10:00:00+0100',
  firstConnector: 'CON-48-PA',
  secondConnector: 'CON-48-PB',
};

describe.each(ENGINES)('%s: a claim', (engine) => {
  it('holds what was asked for, from epoch 1 and with nothing created', async () => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    expect(claim).toEqual({
      ...request(),
      start: undefined,
      recordedStart: request().start,
      migration: expect.stringMatching(/^m-[0-9a-f]{12}$/),
      epoch: 1,
      identity: null,
      created: [],
      closed: null,
    });
    expect(await store.claims.get(claim.migration)).toEqual(claim);
    expect(await store.claims.get('m-000000000000')).toBeUndefined();
  });

  it('is given back to the same run that asks again, with one opened entry', async () => {
    const store = await opened((await newPlace(engine)).store);
    const [first, second] = await Promise.all([store.claims.open(request()), store.claims.open(request())]);
    expect(second).toEqual(first);
    expect(await store.ledger.read(first.migration)).toHaveLength(1);
  });

  it('is refused to another run, which is told who holds it', async () => {
    const store = await opened((await newPlace(engine)).store);
    const held = await store.claims.open(request());
    const other = store.claims.open(request('INT-16', { runId: 'run-2', workflowId: 'by-hand' }));
    await expect(other).rejects.toMatchObject({
      code: 'ClaimHeld',
      message: expect.stringMatching(new RegExp(`${held.migration}.*${held.workflowId}`)),
    });
  });

  it('is refused to another run of the same workflow, too', async () => {
    const store = await opened((await newPlace(engine)).store);
    await store.claims.open(request());
    await expect(store.claims.open(request('INT-16', { runId: 'run-2' }))).rejects.toMatchObject({ code: 'ClaimHeld' });
  });

  it('is free again once it is closed, as a new migration', async () => {
    const store = await opened((await newPlace(engine)).store);
    const first = await store.claims.open(request());
    await store.ledger.append(holderOf(first), { kind: 'closed', subject: {} }, { close: 'RolledBack' });
    const second = await store.claims.open(request('INT-16', { runId: 'run-2' }));
    expect(second.migration).not.toBe(first.migration);
    expect((await store.claims.get(first.migration))?.closed).toBe('RolledBack');
    expect(await store.claims.open(request()), 'the first run has no second migration').toMatchObject({
      migration: first.migration,
      closed: 'RolledBack',
    });
  });

  it('is won by exactly one of two processes that ask for the same original at once', async () => {
    const place = await newPlace(engine);
    const keys = Array.from({ length: 40 }, (_, i) => `INT-${i}`);
    const processes = ['a', 'b'].map((name) => {
      const requests = keys.map((key) => request(key, { runId: `run-${name}-${key}`, workflowId: name }));
      return otherProcess('claim.ts', JSON.stringify(place.store), JSON.stringify(requests));
    });
    for (const process of processes) expect(await process.line()).toBe('ready');
    for (const process of processes) process.say('go');
    const [a = [], b = []] = await Promise.all(
      processes.map(async (process): Promise<string[]> => JSON.parse(await process.line())),
    );

    const store = await opened(place.store);
    for (const [i, key] of keys.entries()) {
      const answers = [a[i] ?? '', b[i] ?? ''];
      const won = answers.filter((answer) => answer.startsWith('m-'));
      expect(won, key).toHaveLength(1);
      expect(answers, key).toContain('ClaimHeld');
      expect(await store.ledger.read(won[0] ?? ''), key).toHaveLength(1);
    }
  });

  it('of a dry run keeps the original from nobody, and is kept from by nobody', async () => {
    const store = await opened((await newPlace(engine)).store);
    const plan = (n: number) => {
      const of = request('INT-16', { runId: `plan-${n}`, workflowId: `plan-jira-old-INT-16-${n}` });
      return { ...of, start: { ...of.start, dryRun: true } };
    };
    const [first, again] = await Promise.all([store.claims.open(plan(1)), store.claims.open(plan(1))]);
    expect(again, 'the same run has one claim').toEqual(first);
    expect(await store.claims.holding('jira-old/INT-16')).toBeUndefined();
    const migration = await store.claims.open(request());
    expect((await store.claims.holding('jira-old/INT-16'))?.migration).toBe(migration.migration);
    const later = await store.claims.open(plan(2));
    // It is told all the same who has the original.
    const asks = store.claims.hold(holderOf(later), 'jira-old/INT-16', 'jira-old/INT-16');
    await expect(asks).rejects.toMatchObject({
      code: 'ClaimHeld',
      message: expect.stringContaining(migration.migration),
    });
    await store.claims.hold(holderOf(later), 'jira-old/INT-16', '//jira.example.com/INT-16');
    expect(await store.claims.holding('//jira.example.com/INT-16'), 'asking holds nothing').toBeUndefined();
  });

  it('holds its original by every name of it, until it is closed', async () => {
    const store = await opened((await newPlace(engine)).store);
    const first = await store.claims.open(request());
    const hold = (claim: Parameters<typeof holderOf>[0], name: string) =>
      store.claims.hold(holderOf(claim), name, '//jira.example.com/INT-16');
    await hold(first, 'jira-old/INT-16');
    await hold(first, 'jira-old/INT-16');
    const second = await store.claims.open(
      request('INT-16', { original: 'jira-legacy/INT-16', runId: 'run-2', workflowId: 'by-hand' }),
    );
    const refused = {
      code: 'ClaimHeld',
      message: expect.stringMatching(
        new RegExp(
          `jira-legacy/INT-16 is held by migration ${first.migration} of jira-old/INT-16, workflow ${first.workflowId}`,
        ),
      ),
    };
    await expect(hold(second, 'jira-legacy/INT-16')).rejects.toMatchObject(refused);
    await store.ledger.append(holderOf(first), { kind: 'closed', subject: {} }, { close: 'RolledBack' });
    await hold(second, 'jira-legacy/INT-16');
    expect((await store.claims.holding('//jira.example.com/INT-16'))?.migration).toBe(second.migration);
  });

  it('has what it created for itself: no other migrates it, or takes it for its own', async () => {
    const store = await opened((await newPlace(engine)).store);
    const first = await store.claims.open(request());
    await store.claims.addCreated(holderOf(first), 'jira-new/INT-5', '//jira.example.com/INT-5');
    const onward = request('INT-5', { original: 'jira-new/INT-5', runId: 'run-2' });
    await expect(store.claims.open(onward)).rejects.toMatchObject({ code: 'ClaimHeld' });
    const other = await store.claims.open(request('INT-17', { runId: 'run-3' }));
    for (const name of ['jira-new/INT-5', 'jira-also-new/INT-5']) {
      const taking = store.claims.addCreated(holderOf(other), name, '//jira.example.com/INT-5');
      await expect(taking).rejects.toMatchObject({
        code: 'ClaimHeld',
        message: expect.stringContaining(first.migration),
      });
    }
    expect((await store.claims.get(other.migration))?.created).toEqual([]);
    await store.ledger.append(holderOf(first), { kind: 'closed', subject: {} }, { close: 'Completed' });
    expect(await store.claims.open(onward), 'once that has ended, it is one like any other').toMatchObject({
      epoch: 1,
    });
  });

  it('records the identity once, and refuses another', async () => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    await store.claims.setIdentity(holderOf(claim), identity);
    await store.claims.setIdentity(holderOf(claim), { ...identity });
    const other = store.claims.setIdentity(holderOf(claim), { ...identity, created: '2025-01-01T00:00:00+0100' });
    await expect(other).rejects.toMatchObject({ code: 'IdentityChanged' });
    expect((await store.claims.get(claim.migration))?.identity).toEqual(identity);
    const [, ...entered] = await store.ledger.read(claim.migration);
    expect(entered).toMatchObject([
      { kind: 'state', subject: { identity: claim.original }, digests: { identity: digestOf(identity) } },
    ]);
  });

  it('keeps every created synchronization once', async () => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    for (const key of ['jira-new/INT-3', 'jira-new/INT-4', 'jira-new/INT-3']) {
      await store.claims.addCreated(holderOf(claim), key, `//${key}`);
    }
    const keys = ['jira-new/INT-3', 'jira-new/INT-4'];
    expect((await store.claims.get(claim.migration))?.created).toEqual(keys);
    const [, ...entered] = await store.ledger.read(claim.migration);
    expect(entered.map(({ subject }) => subject)).toEqual(keys.map((created) => ({ created })));
  });

  it.each([
    ['another epoch', { epoch: 2 }],
    ['another run', { runId: 'run-2' }],
    ['another migration', { migration: 'm-000000000000' }],
    ['a closed claim', {}],
  ])('that is lost to %s writes nothing', async (why, lost) => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    const holder = holderOf(claim);
    if (why === 'a closed claim') {
      await store.ledger.append(holder, { kind: 'closed', subject: {} }, { close: 'Completed' });
    }
    const everything = async () => [
      await store.claims.get(claim.migration),
      await store.ledger.read(claim.migration),
      await store.ledger.texts(claim.migration),
      await store.projections.list(),
    ];
    const before = await everything();
    const writer = { ...holder, ...lost };
    const writes = [
      store.ledger.append(
        writer,
        { kind: 'intent', actor: 'someone else', subject: {} },
        { picture: asShown(picture(claim)), close: 'KeptBoth' },
      ),
      store.ledger.append(writer, { kind: 'intent', subject: {} }),
      store.claims.setIdentity(writer, identity),
      store.claims.addCreated(writer, 'jira-new/INT-3', '//jira/INT-3'),
      store.claims.hold(writer, 'jira-old/INT-16', '//jira/INT-16'),
      store.projections.put(writer, picture(claim)),
    ];
    for (const outcome of await Promise.allSettled(writes)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ClaimLost' } });
    }
    expect(await everything()).toEqual(before);
  });
});
