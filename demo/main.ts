/**
 * `npm run demo`: one synchronization of a project that moved is migrated through all documented steps, on a real Temporal
 * server and over real HTTP, against the sandbox, while people work on both projects. On the way the worker is killed, a response
 * is lost, and two approvals are refused. The end is judged by the sandbox's own record.
 */
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { FINAL_STATES, MIGRATE_WORKFLOW, migrationsQueue, migrationWorkflowId } from '../src/contract/names.ts';
import type { StartInput } from '../src/contract/start.ts';
import type { MigrationPicture } from '../src/contract/status.ts';
import type { Evidence } from '../src/evidence/types.ts';
import { evidencePage } from '../src/report/evidencePage.ts';
import { runBatch } from './batch.ts';
import { judge, showVerdict } from './judge.ts';
import { Narrator } from './narrator.ts';
import { type DemoOptions, readOptions } from './options.ts';
import { KIM, Persons } from './persons.ts';
import type { Sandbox, Verdict } from './sandbox.ts';
import { say } from './say.ts';
import type { Service } from './service.ts';
import { onStage } from './stage.ts';

const LOOK_EVERY_MS = 200;
/** Somebody watches; the demo gives up when nothing ends. */
const LIMIT_MS = 15 * 60_000;
/** Nobody in the demo mends what stands in the way. */
const BLOCKED_LIMIT_MS = 60_000;

async function main(options: DemoOptions): Promise<number> {
  explain(options);
  return onStage(options, async ({ sandbox, service }) => {
    await sandbox.people('start', 350, options.seed);
    say.person('people begin to work on both projects');
    await plantMishaps(sandbox, await service.workerPid(), options);
    const { handle, link } = await startMigration(service, sandbox, options);
    const picture = await follow(handle, service, sandbox, options);
    const verdict = await judge(sandbox, options.drop);
    const passed = showVerdict(picture, verdict, options, sandbox.ready.start.new.instance);
    await lookRound(service, options, link);
    return { passed, value: jsonOf(picture, verdict, options) };
  });
}

const SCENES: Record<Exclude<DemoOptions['scenario'], 'batch'>, string> = {
  moved:
    'Project PA moved from jira-old to jira-new; its synchronization INT-16 with PB on jira-partner has to follow.',
  renamed:
    'Project PA moved from jira-old to jira-new, where it is PX and users have other names; INT-16 with PB has to follow.',
  workaround:
    'PA on jira-new and PB on jira-partner are synchronized by INT-16 on jira-old, a workaround to be replaced.',
};

const MISHAPS: Record<DemoOptions['by'], string> = {
  service: 'On the way the worker is killed right after a write, the response of another write is lost',
  people: 'People do every step in Backbone’s pages, the service reads. On the way the worker is killed',
};

function explain(options: DemoOptions): void {
  const scene = options.scenario === 'batch' ? '' : SCENES[options.scenario];
  say.title('backbone-migrator: moving one Backbone synchronization, for real');
  say.text(`  ${options.world === undefined ? scene : `The world is that of ${options.world}.`}
  All of them are the sandbox: stand-ins on loopback that speak Jira's and Backbone's REST, with people at work.

  stop the original · export its configuration · download its synced issue data · create a new one · import ·
  correct · pair the issues · start · resync both ways · verify · wait for an approval · delete the original

  ${MISHAPS[options.by]}, and two approvals
  that must not count are tried. The sandbox's own record judges the end.${options.interactive ? ' You are the approver.' : ''}
`);
}

/** The sandbox kills the worker after the effect of the stop, and drops the answer of the draft's publication. */
async function plantMishaps(sandbox: Sandbox, pid: number, { by }: DemoOptions): Promise<void> {
  const { original, new: wanted } = sandbox.ready.start;
  if (by === 'people') {
    // Nothing is sent, so it dies while it watches for what people do.
    const read = {
      instance: original.instance,
      method: 'GET',
      path: `/integrations/${original.synchronization}/status`,
      nth: 8,
      count: 1,
    };
    await sandbox.call('/sandbox/faults', [{ ...read, action: 'kill', when: 'after', pid }]);
    return;
  }
  await sandbox.call('/sandbox/faults', [
    {
      instance: original.instance,
      method: 'POST',
      path: `/integrations/${original.synchronization}/stop`,
      nth: 1,
      count: 1,
      action: 'kill',
      when: 'after',
      pid,
    },
    { instance: wanted.instance, method: 'POST', path: '/draft/publish', nth: 1, count: 1, action: 'resetAfter' },
  ]);
}

async function startMigration(
  service: Service,
  sandbox: Sandbox,
  { order }: DemoOptions,
): Promise<{ handle: WorkflowHandle; link: string }> {
  const start: StartInput = {
    ...sandbox.ready.start,
    order,
    requestedBy: KIM,
    reason: 'CHG-4711',
  };
  const { instance, synchronization } = start.original;
  const workflowId = migrationWorkflowId(instance, synchronization);
  const handle = await service.client.workflow.start(MIGRATE_WORKFLOW, {
    taskQueue: migrationsQueue(),
    workflowId,
    args: [start],
  });
  const link = `${service.file.uiUrl}/namespaces/${service.file.namespace}/workflows/${workflowId}/${handle.firstExecutionRunId}`;
  say.person(`Kim starts ${workflowId}`);
  return { handle, link };
}

/** Shows and serves the migration until it has ended. */
async function follow(
  handle: WorkflowHandle,
  service: Service,
  sandbox: Sandbox,
  options: DemoOptions,
): Promise<MigrationPicture> {
  const narrator = new Narrator(sandbox);
  const persons = new Persons(service, sandbox, handle);
  let approved = false;
  let movedOn = Date.now();
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
    const picture = (await service.store.projections.byWorkflowId(handle.workflowId))?.picture;
    await narrator.look(picture);
    if (!picture) continue;
    if (FINAL_STATES.includes(picture.state)) return picture;
    if (picture.blockers.length === 0) movedOn = Date.now();
    else if (Date.now() - movedOn > BLOCKED_LIMIT_MS) throw new Error('the migration is blocked, as said above');
    for (const task of picture.tasks) await persons.work(task, picture);
    if (picture.state === 'AwaitingApproval' && picture.decision && picture.evidence && !approved) {
      approved = true;
      const page = await writeEvidence(service, picture.evidence, options.home);
      say.waits(`the gate: decision ${picture.decision.slice(0, 8)} waits for an approval (${page})`);
      if (options.interactive) await persons.approveByNewcomer(picture.decision, page);
      else await persons.approve(picture.decision);
    }
  }
  throw new Error(`the migration did not end within ${LIMIT_MS / 60_000} minutes`);
}

async function writeEvidence(service: Service, digest: string, home: string): Promise<string> {
  const evidence = await service.store.artifacts.getJson<Evidence>(digest);
  const file = join(home, 'evidence.html');
  await writeFile(file, evidencePage(evidence));
  return relative(process.cwd(), file);
}

async function lookRound(service: Service, options: DemoOptions, link: string): Promise<void> {
  say.text(`\n  The evidence as a page   ${join(options.home, 'evidence.html')}`);
  say.text(`  The configuration used   ${join(options.home, 'sandbox.yaml')}`);
  if (!options.keep) {
    say.text('  To look at it in the Temporal UI: npm run demo -- --keep');
    return;
  }
  say.text(`  This migration in the UI ${link}\n  which opens once this link was: ${service.file.uiLink}`);
  say.text(`  Ctrl-C ends everything (Temporal ${service.file.address}).`);
  await new Promise<void>((resolve) => process.once('SIGINT', resolve));
}

const jsonOf = (picture: MigrationPicture, verdict: Verdict, { scenario, order }: DemoOptions) => ({
  state: picture.state,
  scenario,
  order,
  originalDeleted: verdict.originalDeleted,
  pairs: verdict.pairs,
  edits: verdict.edits,
  comments: verdict.comments,
  newIssues: verdict.newIssues,
  duplicates: verdict.duplicates,
  lostChanges: verdict.lostChanges,
  gapSeconds: verdict.gapMs / 1000,
  byPerson: picture.steps.filter(({ by }) => by === 'person').map(({ step }) => step),
  steps: picture.steps.map(({ step, by, ms }) => ({ step, by, ms: ms ?? 0 })),
  judgedBy: 'sandbox',
});

// Said outright: a PostgreSQL that was started would end the process with 0.
process.exit(
  await (async () => {
    const options = readOptions(process.argv.slice(2));
    return options.scenario === 'batch' ? runBatch(options) : main(options);
  })().catch((error: unknown) => {
    // Whoever could not start has said why; a stack says nothing to a newcomer.
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }),
);
