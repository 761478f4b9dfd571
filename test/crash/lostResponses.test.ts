/** P2: a lost response is neither failure nor success. It is settled by reading, and sent again only when nothing happened. */
import { it } from 'vitest';
import { expectNoSecret, expectSoundEnd, sentOf, WRITE_KINDS } from '../support/findings.ts';
import { openScene, type Scene } from '../support/migration.ts';
import { act } from '../support/persons.ts';
import { type Fault, ledgerOf } from '../support/rehearsal.ts';

type Way = Pick<Fault, 'action' | 'status' | 'when'>;

const EVERY = WRITE_KINDS.map(({ name }) => name);
/** Errors in a row that one step bears are few, so a draft's writes do not all fail in one run. */
const MOST = EVERY.filter((name) => !name.startsWith('draft, '));
const SOME = ['stop', 'create', 'pair A', 'start', 'delete'];

const TOOK_EFFECT: { what: string; way: Way; names: string[] }[] = [
  { what: 'connection is reset after the effect', way: { action: 'resetAfter' }, names: EVERY },
  { what: 'answer is 500 after the effect', way: { action: 'status', status: 500, when: 'after' }, names: SOME },
  { what: 'answer never comes after the effect', way: { action: 'timeout', when: 'after' }, names: SOME },
  { what: 'answer is cut off', way: { action: 'truncate' }, names: SOME },
];

const NO_EFFECT: { what: string; way: Way; names: string[] }[] = [
  { what: 'connection is reset before any effect', way: { action: 'resetBefore' }, names: MOST },
  { what: 'answer is 500 without effect', way: { action: 'status', status: 500, when: 'before' }, names: SOME },
  { what: 'answer never comes and nothing happened', way: { action: 'timeout', when: 'before' }, names: SOME },
];

it.concurrent.for(TOOK_EFFECT)('a write is sent once when its $what', { timeout: 100_000 }, async (row, { expect }) => {
  await using scene = await openScene();
  const handle = await loseFirst(scene, row.way, row.names);
  expect((await act(scene, handle, { timeoutMs: 90_000 })).state).toBe('Completed');
  expect(waysOf(scene, row.names)).toEqual(row.names.map((name) => [name, [row.way.action]]));
  expect(await outcomes(scene, 'present')).toBe(row.names.length);
  await expectSoundEnd(scene);
  await expectNoSecret(scene, handle);
});

it.concurrent.for(NO_EFFECT)(
  'a write is sent again, once, when its $what',
  { timeout: 100_000 },
  async (row, { expect }) => {
    await using scene = await openScene();
    const handle = await loseFirst(scene, row.way, row.names);
    expect((await act(scene, handle, { timeoutMs: 90_000 })).state).toBe('Completed');
    expect(waysOf(scene, row.names)).toEqual(row.names.map((name) => [name, [row.way.action, 'answered']]));
    const grants = (await ledgerOf(scene)).filter(({ kind }) => kind === 'grant');
    // A delete that did not happen is sent again only when it was asked for again.
    expect(new Set(grants.map(({ digests }) => digests.decision)).size).toBe(2);
    await expectSoundEnd(scene);
    await expectNoSecret(scene, handle);
  },
);

/** The first request of each of these kinds goes wrong. */
async function loseFirst({ control, start }: Scene, way: Way, names: string[]) {
  const kinds = WRITE_KINDS.filter(({ name }) => names.includes(name));
  await control(
    'POST',
    'faults',
    kinds.map(({ method, path }) => ({ ...way, method, path })),
  );
  return start();
}

/** How each request of these kinds went, in order. */
function waysOf({ record }: Scene, names: string[]): [string, unknown[]][] {
  const happened = record();
  return WRITE_KINDS.filter(({ name }) => names.includes(name)).map((kind) => [
    kind.name,
    sentOf(happened, kind).map(({ detail }) => detail?.fault ?? 'answered'),
  ]);
}

async function outcomes(scene: Scene, outcome: string): Promise<number> {
  const entries = await ledgerOf(scene);
  return entries.filter(({ kind, subject }) => kind === 'outcome' && subject.outcome === outcome).length;
}
