/** What a migration does with official id mappings and decided answers, and what `migrator mapping` tells of it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type StoredMapping, storedMapping } from '../../src/mapping/idMapping.ts';
import { migrator } from '../cli/command.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { answerAll, openScene, runToGate, type Scene, untilState } from '../support/migration.ts';
import { temporalAddress } from '../support/temporal.ts';

/** The sandbox's field with a twin on the new instance. */
const TWIN = { old: 'customfield_10106', wrong: 'customfield_10299', right: 'customfield_10321' };
const QUESTION = `field:${TWIN.old}@jira-old->jira-new`;

const official = (scene: Scene, target: string): Promise<string> => {
  const pairs = new Map([[`field:${TWIN.old}`, { target, where: 'ids.csv:2' }]]);
  return scene.store.artifacts.putJson(storedMapping(pairs, 'jira-old', 'jira-new') satisfies StoredMapping);
};

/** `mapping <verb> <migration>` on the store of the scene. */
async function look<T>(scene: Scene, verb: string, migration: string, ...args: string[]): Promise<T> {
  const service = ['--home', await temporaryDirectory(), '--store', scene.storeFile, '--address', temporalAddress()];
  return (await migrator(['mapping', verb, migration, '--json', ...args, ...service])).json<T>();
}

interface Shown {
  changes: { old: string; new: string; rule: string; evidence: string }[];
  questions: { id: string }[];
}

it('takes an official id mapping of the start object for a twin, and says so in its plan', async () => {
  await using scene = await openScene();
  const handle = await scene.start({ dryRun: true, idMappings: [await official(scene, TWIN.right)] });
  expect(await handle.result()).toMatchObject({ state: 'Planned', tasks: [] });
  const { changes, questions } = await look<Shown>(scene, 'explain', handle.workflowId);
  expect(questions).toEqual([]);
  expect(changes.find(({ old }) => old === TWIN.old)).toMatchObject({
    new: TWIN.right,
    rule: 'official mapping',
    evidence: `ids.csv:2 says ${TWIN.old} became ${TWIN.right}`,
  });
}, 60_000);

it('asks when the official id mapping names what is not there', async () => {
  await using scene = await openScene();
  const handle = await scene.start({ dryRun: true, idMappings: [await official(scene, 'customfield_1')] });
  const { tasks } = await untilState(handle, 'WaitingForPerson');
  expect(tasks[0]?.questions[0]?.text).toContain(
    `ids.csv:2 says ${TWIN.old} became customfield_1, which is not on jira-new`,
  );
  await handle.terminate();
}, 60_000);

it('names the digest of an id mapping that the store does not have', async () => {
  await using scene = await openScene();
  const handle = await scene.start({ dryRun: true, idMappings: ['0'.repeat(64)] });
  const { blockers } = await untilState(handle, 'NeedsAttention');
  expect(blockers[0]?.code).toBe('InvalidStart');
  expect(JSON.stringify(blockers)).toContain('idMappings[0]: the store has no id mapping 0000');
}, 60_000);

it('shows and exports what is open, and what was decided serves the next migration', async () => {
  await using scene = await openScene();
  const handle = await scene.start({ dryRun: true });
  await untilState(handle, 'WaitingForPerson');
  expect((await look<Shown>(scene, 'explain', handle.workflowId)).questions.map(({ id }) => id)).toEqual([QUESTION]);
  await answerAll(scene, handle, 'Planned');
  const out = join(await temporaryDirectory(), 'decided.csv');
  await look(scene, 'export', handle.workflowId, '--out', out);
  const [, line] = (await readFile(out, 'utf8')).split('\r\n');
  const [question = '', value = ''] = line?.split(',') ?? [];
  expect(question).toBe(QUESTION);
  const next = await scene.start({ dryRun: true, mapping: { [question]: value } });
  expect(await next.result()).toMatchObject({ state: 'Planned', tasks: [] });
}, 60_000);

it('imports the exported configuration with its bytes, but for what was translated', async () => {
  await using scene = await openScene({ ambiguous: false });
  const unknown = { big: 9_007_199_254_740_991, '10': 'first', '1': 'second', ünknown: [1.5, null] };
  scene.world.original.configuration.extra.unknown = unknown;
  const handle = await scene.start();
  const { migration } = await runToGate(scene, handle);
  const entries = await scene.store.ledger.read(migration);
  const digest = (name: string) => entries.findLast(({ digests }) => digests[name])?.digests[name] ?? '';
  const [exported, translated] = await Promise.all(
    ['configuration', 'translated'].map(async (name) => {
      const parts: Uint8Array[] = [];
      for await (const part of scene.store.artifacts.get(digest(name))) parts.push(part);
      return Buffer.concat(parts).toString('utf8');
    }),
  );
  expect(translated).not.toBe(exported);
  const neutral = (text = '') => text.replace(/"(customfield_)?\d+"/g, '"#"');
  expect(neutral(translated)).toBe(neutral(exported));
}, 90_000);
