/** P2: a lost response is neither failure nor success. It is settled by reading, and sent again only when nothing happened. */
import { it } from 'vitest';
import { expectNoSecret, expectSoundEnd, sentOf, WRITE_KINDS } from '../support/findings.ts';
import { openScene, type Scene } from '../support/migration.ts';
import { act } from '../support/persons.ts';
import { type Fault, ledgerOf } from '../support/rehearsal.ts';

type Way = Pick<Fault, 'action' | 'status' | 'when'>;
/** What the first request of each kind of write meets, in one run. */
type Ways = Record<string, Way>;

const NAMES = WRITE_KINDS.map(({ name }) => name);
/** A step bears few errors in a row, so not all writes of a draft fail in one run. */
const MOST = NAMES.filter((name) => !name.startsWith('draft, '));
const all = (names: string[], way: Way): Ways => Object.fromEntries(names.map((name) => [name, way]));

const TOOK_EFFECT: { what: string; ways: Ways }[] = [
  { what: 'its connection is reset after the effect', ways: all(NAMES, { action: 'resetAfter' }) },
  {
    what: 'its answer is 500, never comes or is cut off after the effect',
    ways: {
      stop: { action: 'status', status: 500, when: 'after' },
      create: { action: 'timeout', when: 'after' },
      publish: { action: 'truncate' },
      'pair A': { action: 'status', status: 500, when: 'after' },
      'pair B': { action: 'truncate' },
      start: { action: 'timeout', when: 'after' },
      delete: { action: 'status', status: 500, when: 'after' },
    },
  },
];

const NO_EFFECT: { what: string; ways: Ways }[] = [
  { what: 'its connection is reset before any effect', ways: all(MOST, { action: 'resetBefore' }) },
  {
    what: 'its answer is 500 or never comes, without effect',
    ways: {
      stop: { action: 'timeout', when: 'before' },
      create: { action: 'status', status: 500, when: 'before' },
      'pair B': { action: 'timeout', when: 'before' },
      start: { action: 'status', status: 500, when: 'before' },
      delete: { action: 'timeout', when: 'before' },
    },
  },
];

it.concurrent.for(TOOK_EFFECT)(
  'a write is sent once when $what',
  { timeout: 120_000 },
  async ({ ways }, { expect }) => {
    await using scene = await openScene();
    const handle = await loseFirst(scene, ways);
    expect((await act(scene, handle, { timeoutMs: 110_000 })).state).toBe('Completed');
    expect(sentWays(scene, ways)).toEqual(Object.entries(ways).map(([name, { action }]) => [name, [action]]));
    const outcomes = (await ledgerOf(scene)).map(({ subject }) => subject.outcome);
    expect(outcomes).toContain('present');
    expect(outcomes).not.toContain('absent');
    await expectSoundEnd(scene);
    await expectNoSecret(scene, handle);
  },
);

it.concurrent.for(NO_EFFECT)(
  'a write is sent again, once, when $what',
  { timeout: 120_000 },
  async ({ ways }, { expect }) => {
    await using scene = await openScene();
    const handle = await loseFirst(scene, ways);
    expect((await act(scene, handle, { timeoutMs: 110_000 })).state).toBe('Completed');
    expect(sentWays(scene, ways)).toEqual(
      Object.entries(ways).map(([name, { action }]) => [name, [action, 'answered']]),
    );
    const grants = (await ledgerOf(scene)).filter(({ kind }) => kind === 'grant');
    // A delete that did not happen is sent again only when it was asked for again.
    expect(new Set(grants.map(({ digests }) => digests.decision)).size).toBe(2);
    await expectSoundEnd(scene);
    await expectNoSecret(scene, handle);
  },
);

async function loseFirst({ control, start }: Scene, ways: Ways) {
  const faults = WRITE_KINDS.flatMap(({ name, method, path }) => (ways[name] ? [{ ...ways[name], method, path }] : []));
  await control('POST', 'faults', faults);
  return start();
}

/** How each request of these kinds went, in order. */
function sentWays({ record }: Scene, ways: Ways): [string, unknown[]][] {
  return Object.keys(ways).map((name) => {
    const kind = WRITE_KINDS.find((each) => each.name === name);
    const sent = kind ? sentOf(record(), kind) : [];
    return [name, sent.map(({ detail }) => detail?.fault ?? 'answered')];
  });
}
