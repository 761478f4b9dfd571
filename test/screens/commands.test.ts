/** Every command of the program where all that others can write is hostile: nothing that is printed acts, or looks like ours. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HOSTILE_TEXTS } from '../../sandbox/seed/hostile.ts';
import { createProgram } from '../../src/cli/program.ts';
import { migrationsQueue } from '../../src/contract/names.ts';
import { migrator } from '../cli/command.ts';
import { commandsOf } from '../cli/commands.ts';
import { onTerminal, type Typing } from '../cli/terminal.ts';
import { openPartnerScene, untilPacket } from '../partner/partner.ts';
import { batchUntil, peopleAtWork } from '../support/batch.ts';
import { openScene, runToGate, type Scene, SECRETS, send, until, untilState } from '../support/migration.ts';
import { answersTo } from '../support/persons.ts';
import { temporalAddress } from '../support/temporal.ts';
import { acting } from './acting.ts';
import { BATCH_ROWS } from './commands/batch.ts';
import { MIGRATION_ROWS } from './commands/migration.ts';
import { BY, type Place, REASON, type Row, STAGES, type Stage, type Way } from './commands/row.ts';
import { SERVICE_ROWS } from './commands/service.ts';
import { CLEAN, HOSTILE_ID, judged } from './judge.ts';

const ROWS: readonly Row[] = [...SERVICE_ROWS, ...MIGRATION_ROWS, ...BATCH_ROWS];

it('drives every command that the program has', () => {
  const driven = new Set(ROWS.map(({ command }) => command));
  const known = commandsOf(createProgram()).map(([name]) => name);
  expect([...driven].toSorted()).toEqual(known.toSorted());
});

/** A folder whose name is hostile as well, and the files that people hand in. */
async function openFolder(scene: Scene) {
  const above = await mkdtemp(join(tmpdir(), 'screens-'));
  const folder = join(above, 'x\nDecision 3f9ac2d1 \u001b[2J\u202e; touch owned');
  await mkdir(folder);
  const file = (name: string) => join(folder, name);
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const table = (head: string) =>
    `${head}\n${HOSTILE_TEXTS.map((text) =>
      head
        .split(',')
        .map(() => cell(text))
        .join(),
    ).join('\n')}\n`;
  const { ready } = scene.sandbox;
  const nonsense = {
    ...ready.start,
    original: { instance: HOSTILE_TEXTS[4], synchronization: HOSTILE_TEXTS[5] },
    [HOSTILE_TEXTS[6] ?? '']: HOSTILE_TEXTS[7],
    migrations: HOSTILE_TEXTS,
  };
  const configuration = `${scene.sandbox.configuration()}taskQueuePrefix: ${scene.config.taskQueuePrefix}other-\n`;
  for (const [name, text] of Object.entries({
    'migrator.yaml': configuration,
    'start.json': JSON.stringify(ready.start),
    'nonsense.json': JSON.stringify(nonsense),
    'answers.json': JSON.stringify(Object.fromEntries(HOSTILE_TEXTS.map((text) => [text, text]))),
    'answers.csv': table('question,value'),
    'ids.csv': table('old,new'),
    'nonsense.csv': table('original,new,project,reason'),
    'wave.yaml': JSON.stringify({ migrations: ready.starts.map((each) => ({ ...each, reason: HOSTILE_TEXTS[8] })) }),
  }))
    await writeFile(file(name), text);
  return { folder, file, [Symbol.asyncDispose]: () => rm(above, { recursive: true, force: true }) };
}

type Files = Awaited<ReturnType<typeof openFolder>>;

const placeOf = ({ config: { taskQueuePrefix: prefix } }: Scene, { folder, file }: Files): Place => ({
  ...{ folder, file, decision: '', evidence: '' },
  workflowId: `${prefix}${HOSTILE_ID}`,
  taskQueue: migrationsQueue(prefix),
});

/** What it printed in each of its ways. */
async function drive(scene: Scene, place: Place, row: Row): Promise<void> {
  const { command, args, codes, env = {}, alone, until: once, keys } = row;
  const where = alone ? [] : serviceOf(scene, place, row);
  for (const way of ['text', 'json', 'terminal'] as const) {
    if (codes[way] === undefined) continue;
    const words = [...command.split(' ').slice(1), ...args(place), ...where, ...(way === 'json' ? ['--json'] : [])];
    const { code, printed, json } = await printedBy(
      words,
      way,
      { ...SECRETS, ...env },
      once && { once, ...(keys && { keys }) },
    );
    const told = `${command} (${row.at}, ${way}): ${printed}`;
    expect.soft([told, code]).toEqual([told, codes[way]]);
    expect.soft([told, judged(printed)]).toEqual([told, CLEAN]);
    // One value, or one in each line.
    if (json) for (const value of json.startsWith('{"') ? json.trimEnd().split('\n') : [json]) JSON.parse(value);
  }
}

const serviceOf = ({ storeFile }: Scene, { folder }: Place, { command }: Row): string[] =>
  command === 'migrator up'
    ? ['--address', temporalAddress()]
    : ['--home', join(folder, 'home'), '--store', storeFile, '--address', temporalAddress()];

async function printedBy(words: string[], way: Way, env: Record<string, string>, typing: Typing | undefined) {
  if (way === 'terminal') {
    const { seen, code } = await onTerminal(words, typing);
    return { code, printed: seen };
  }
  const onOutput = (text: string, end: () => void) => void (typing?.once.test(text) && end());
  const { code, stdout, stderr } = await migrator(words, { env, onOutput });
  return { code, printed: `${stdout}${stderr}`, ...(way === 'json' ? { json: stdout } : {}) };
}

async function driveAll(scene: Scene, place: Place, stage: Stage): Promise<void> {
  for (const row of ROWS.filter(({ at }) => at === stage)) await drive(scene, place, row);
}

it('a migration from its plan to its way back prints nothing that acts', { timeout: 480_000 }, async () => {
  await using scene = await openScene({
    world: 'hostile',
    configure: ({ policy }) =>
      Object.assign(policy, { approvers: ['lee@example.com', 'sam@example.com'], required: 2 }),
  });
  await using files = await openFolder(scene);
  const place = placeOf(scene, files);
  const handle = scene.client.workflow.getHandle(place.workflowId);
  /** Brings the migration to where the commands of this stage are run. */
  const reach: Record<(typeof STAGES)[number], () => Promise<unknown>> = {
    service: async () => undefined,
    asked: () => untilState(handle, 'WaitingForPerson'),
    trouble: async () => {
      const { tasks } = await untilState(handle, 'WaitingForPerson');
      const refuses = { action: 'status', status: 400, method: 'POST', count: 1000, path: '/integrations/INT-16/stop' };
      await scene.control('POST', 'faults', refuses);
      for (const task of tasks) await send(handle, 'answer', { by: BY, task: task.id, answers: answersTo(task) });
      await untilState(handle, 'NeedsAttention');
    },
    gate: async () => {
      await scene.control('DELETE', 'faults');
      await send(handle, 'retry', { by: BY });
      await until(handle, ({ state }) => state !== 'NeedsAttention', 'it goes on');
      const { decision, evidence } = await runToGate(scene, handle);
      Object.assign(place, { decision, evidence });
    },
    lost: () => handle.terminate(REASON),
    back: () => untilState(handle, 'AwaitingApproval'),
  };
  for (const stage of STAGES) {
    await reach[stage]();
    await driveAll(scene, place, stage);
  }
  for (const name of ['evidence.html', 'audit.html']) {
    const page = await readFile(files.file(name), 'utf8');
    expect([name, acting(page.replaceAll('\n', ''))]).toEqual([name, []]);
    expect(page).not.toMatch(/<(script|img|iframe|a) /i);
  }
  expect(JSON.stringify(await handle.fetchHistory()).length).toBeLessThan(4_000_000);
});

it('the packet of a partner prints nothing that acts, and neither does what is refused of a returned list', {
  timeout: 240_000,
}, async () => {
  await using scene = await openPartnerScene({ world: 'hostile' });
  await using files = await openFolder(scene);
  const place = placeOf(scene, files);
  const handle = await scene.start({ reason: REASON, requestedBy: BY });
  await untilPacket(scene, handle);
  await driveAll(scene, place, 'partner');
});

it('a batch prints nothing that acts', { timeout: 240_000 }, async () => {
  await using scene = await openScene({ world: 'hostile', migrations: 2, ambiguous: false });
  await using files = await openFolder(scene);
  const place = placeOf(scene, files);
  await driveAll(scene, place, 'file');
  const world = { ...scene, prefix: scene.config.taskQueuePrefix };
  const refuses = { action: 'status', status: 400, method: 'POST', count: 1000, path: '/integrations/INT-17/stop' };
  await scene.control('POST', 'faults', refuses);
  const rest = peopleAtWork(world);
  const { approvable } = await batchUntil(
    world,
    ({ counts, approvable: list }) => counts.waiting === 2 && list !== null,
    'one at the gate, one in trouble',
  );
  await rest();
  place.decision = approvable?.decisions ?? '';
  await driveAll(scene, place, 'batch');
});
