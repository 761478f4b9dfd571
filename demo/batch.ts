/**
 * `npm run demo -- --scenario batch`: many projects moved, and their synchronizations follow as one batch, through the command line as
 * a user would do it. Two of them are in trouble on purpose: they wait for a person and hold up nobody.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { BatchPicture } from '../src/contract/batch.ts';
import { judge } from './judge.ts';
import type { DemoOptions } from './options.ts';
import { KIM, LEE, Persons } from './persons.ts';
import type { Sandbox, SandboxStart, Verdict } from './sandbox.ts';
import { say, table } from './say.ts';
import type { Service } from './service.ts';
import { onStage } from './stage.ts';

const LOOK_EVERY_MS = 300;
const LIMIT_MS = 20 * 60_000;
const FAULTY = 2;

export async function runBatch(options: DemoOptions): Promise<number> {
  if (options.migrations < 5) throw new Error('--migrations is at least 5: two of a batch are in trouble');
  if (options.by === 'people') throw new Error('--by people is for one migration');
  explain(options);
  return onStage(options, async ({ sandbox, service, home }) => {
    await sandbox.people('start', 150, options.seed);
    say.person('people begin to work on all projects');
    await plantTrouble(sandbox);
    const file = join(options.home, 'wave-1.csv');
    await writeFile(file, csvOf(sandbox.ready.starts));
    const migrator = commandLine(home);
    say.person(`Kim: migrator batch start ${relative(process.cwd(), file)} --concurrency 4`);
    await migrator('batch', 'start', file, '--by', KIM, '--reason', 'CHG-4711', '--concurrency', '4');
    const picture = await follow(service, sandbox, migrator);
    const verdict = await judge(sandbox, options.drop);
    const value = endOf(picture, verdict);
    say.text(`\n${await migrator('batch', 'status', 'wave-1')}`);
    const passed = show(value, verdict, options);
    await lookRound(service, options);
    return { passed, value };
  });
}

function explain({ migrations }: DemoOptions): void {
  say.title('backbone-migrator: moving a batch of Backbone synchronizations, for real');
  say.text(`  ${migrations} projects moved from jira-old to jira-new. Their synchronizations with projects of two partners follow as one batch,
  four at once, while people work on all of them. The stop of one is refused, the data of another may not be read:
  both wait for a person, and nobody waits for them. Lee approves the others as one list.
`);
}

/** INT-17 cannot be stopped, and the synced issue data of PA5 is forbidden. */
async function plantTrouble(sandbox: Sandbox): Promise<void> {
  const always = { instance: 'jira-old', nth: 1, count: 1_000_000, action: 'status' };
  await sandbox.call('/sandbox/faults', [
    { ...always, method: 'POST', path: '/integrations/INT-17/stop', status: 500 },
    { ...always, method: 'GET', path: '/connectors/CON-\\d+-PA5/syncInformation', status: 403 },
  ]);
}

function csvOf(starts: readonly SandboxStart[]): string {
  const rows = starts.map(({ original, new: { instance, projects }, move }) =>
    [
      `${original.instance}/${original.synchronization}`,
      instance,
      Object.entries(projects)
        .map(([from, to]) => `${from}=${to}`)
        .join(' '),
      move?.copyStarted,
      move?.copyFinished,
      move?.frozenSince,
    ].join(','),
  );
  return `${['original,new,project,copyStarted,copyFinished,frozenSince', ...rows].join('\n')}\n`;
}

type Migrator = (...args: string[]) => Promise<string>;

/** The commands a user types, against the demo's service. What is refused is an answer too. */
function commandLine(home: string): Migrator {
  const run = promisify(execFile);
  return async (command, verb, ...args) => {
    const all = ['src/cli/main.ts', command ?? '', verb ?? '', ...args, '--home', home];
    const { stdout, stderr, code } = await run(process.execPath, all).then(
      (done) => ({ ...done, code: 0 }),
      (error: { stdout: string; stderr: string; code: number }) => error,
    );
    if (code !== 0 && code !== 3) throw new Error(`migrator ${command} ${verb} ended with ${code}: ${stdout}${stderr}`);
    return stdout.trimEnd();
  };
}

/** People do the tasks; when nothing else can move, the list is approved. */
async function follow(service: Service, sandbox: Sandbox, migrator: Migrator): Promise<BatchPicture> {
  const persons = new Map<string, Persons>();
  let told = '';
  let approved = false;
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
    const picture = (await service.store.batches.list())[0]?.picture;
    if (!picture) continue;
    const { counts, approvable } = picture;
    const line = `${counts.done} done, ${counts.running} running, ${counts.waiting} waiting for a person, ${counts.open} not started`;
    if (line !== told) say.aside(line);
    told = line;
    await doTasks(service, sandbox, persons);
    if (counts.done === counts.total - FAULTY && counts.waiting === FAULTY) return picture;
    const waiting = approvable?.count ?? 0;
    if (approvable && !approved && counts.open + counts.running === 0 && waiting + FAULTY === counts.waiting) {
      approved = true;
      await approve(migrator, approvable.decisions);
    }
  }
  throw new Error(`the batch did not come to its end within ${LIMIT_MS / 60_000} minutes`);
}

async function doTasks(service: Service, sandbox: Sandbox, persons: Map<string, Persons>): Promise<void> {
  for (const { workflowId, picture } of await service.store.projections.list({ open: true })) {
    const start = sandbox.ready.starts.find(
      ({ original }) => `${original.instance}/${original.synchronization}` === picture.original,
    );
    if (!start || picture.state !== 'WaitingForPerson') continue;
    const person =
      persons.get(workflowId) ?? new Persons(service, sandbox, service.client.workflow.getHandle(workflowId), start);
    persons.set(workflowId, person);
    for (const task of picture.tasks) await person.work(task, picture);
  }
}

async function approve(migrator: Migrator, decisions: string): Promise<void> {
  say.text(`\n${await migrator('batch', 'approve', 'wave-1')}\n`);
  say.person('Kim, who asked for it, tries to approve all of them');
  say.trouble(
    (await migrator('batch', 'approve', 'wave-1', '--by', KIM, '--decisions', decisions)).split('\n').at(-1) ?? '',
  );
  say.person('Lee approves exactly this list');
  const answer = await migrator(
    'batch',
    'approve',
    'wave-1',
    '--by',
    LEE,
    '--decisions',
    decisions,
    '--reason',
    'read all of them',
  );
  say.aside(answer.split('\n').at(-1) ?? '');
}

const endOf = ({ counts }: BatchPicture, { edits, duplicates, lostChanges, wrongDeletes }: Verdict) => ({
  completed: counts.done,
  waiting: counts.waiting,
  failed: counts.failed,
  edits,
  duplicates,
  lostChanges,
  wrongDeletes,
});

function show(end: ReturnType<typeof endOf>, verdict: Verdict, { migrations }: DemoOptions): boolean {
  const good =
    verdict.settled &&
    !verdict.bothRan &&
    end.completed === migrations - FAULTY &&
    end.duplicates + end.lostChanges + end.wrongDeletes === 0;
  say.title('The judge is the sandbox’s own record');
  say.text(table(Object.entries(end).map(([name, value]) => [name, String(value)])));
  for (const detail of verdict.details.slice(0, 10)) say.trouble(JSON.stringify(detail));
  say.text(`\n  ${good ? 'Nothing lost, nothing doubled.' : 'The sandbox does not agree.'}`);
  return good;
}

async function lookRound({ file }: Service, { keep }: DemoOptions): Promise<void> {
  if (!keep) return;
  say.text(`  All of it in the UI: ${file.uiLink} Ctrl-C ends everything (Temporal ${file.address}).`);
  await new Promise<void>((resolve) => process.once('SIGINT', resolve));
}
