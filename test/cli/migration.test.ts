import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InboxItem } from '../../src/cli/inbox.ts';
import type { VerbAnswer } from '../../src/contract/messages.ts';
import { migrationsQueue } from '../../src/contract/names.ts';
import { connectClient } from '../../src/service/connection.ts';
import type { ProjectionRow } from '../../src/store/store.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { answerAll, ledgerOf, openScene, type Scene, until, untilState } from '../support/migration.ts';
import { answersTo } from '../support/persons.ts';
import { temporalAddress, uniquePrefix } from '../support/temporal.ts';
import { migrator, type RunOptions } from './command.ts';

interface Sent {
  sent: 'update' | 'signal';
  answer?: VerbAnswer;
}

/** The command with the scene's store and server, and the start that the scene's sandbox asks for. */
function commandLine({ storeFile, sandbox, config }: Scene, home: string) {
  const service = ['--home', home, '--store', storeFile, '--address', temporalAddress()];
  const { copyStarted, copyFinished, frozenSince } = sandbox.ready.move;
  const id = `${config.taskQueuePrefix}cli`;
  const start = [
    ...[
      '--original',
      `jira-old/${sandbox.ready.original}`,
      '--new',
      'jira-new',
      '--project',
      'jira-old/PA=jira-new/PA',
    ],
    ...['--copy-started', copyStarted, '--copy-finished', copyFinished, '--frozen-since', frozenSince],
    ...['--by', 'kim@example.com', '--reason', 'CHG-4711'],
    ...['--task-queue', migrationsQueue(config.taskQueuePrefix), '--id', id],
  ];
  const run = (args: string[], options?: RunOptions) => migrator([...args, ...service], options);
  const verb = (name: string, ...args: string[]) => run([name, id, ...args, '--json']);
  return { id, start, run, verb };
}

describe('a migration from the command line', () => {
  it('is planned, started, answered, watched, read, approved, and ends', { timeout: 180_000 }, async () => {
    await using scene = await openScene();
    const home = await temporaryDirectory();
    const { id, start, run, verb } = commandLine(scene, home);

    const started = await run(['start', ...start, '--wait', '--json']);
    expect(started.code).toBe(4);
    const [task] = started.json<ProjectionRow>().picture.tasks;
    if (!task) throw new Error('no task');
    const again = await run(['start', ...start.slice(0, -1), `${id}-2`]);
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`AlreadyRunning: jira-old/INT-16 is held by`),
    });

    const items = (await run(['inbox', '--json'])).json<InboxItem[]>();
    expect(items).toMatchObject([{ kind: 'task', workflowId: id, task: { id: 'preflight' } }]);
    const unanswered = await verb('answer', '--by', 'kim@example.com');
    expect(unanswered.code).toBe(2);
    for (const { id: question } of task.questions) expect(unanswered.stderr).toContain(question);
    const wrong = Object.keys(answersTo(task)).flatMap((question) => ['--set', `${question}=nonsense`]);
    expect((await verb('answer', '--by', 'kim@example.com', ...wrong)).code).toBe(3);
    const file = join(home, 'answers.yaml');
    await writeFile(file, JSON.stringify(answersTo(task)));
    const answered = await verb('answer', '--by', 'kim@example.com', '--file', file);
    expect({ code: answered.code, ...answered.json<Sent>() }).toMatchObject({
      code: 0,
      sent: 'update',
      answer: { accepted: true },
    });

    const handle = scene.client.workflow.getHandle(id);
    const { decision } = await answerAll(scene, handle, 'AwaitingApproval');
    const watched = await run(['watch', 'jira-old/INT-16'], {
      onOutput: (text, end) => text.includes('AwaitingApproval') && end(),
    });
    expect(watched.stdout).toMatch(/UTC {2}jira-old\/INT-16 {2}Stop original: done/);
    expect((await run(['status', 'jira-old/INT-16'])).stdout).toContain(`Decision ${decision}`);
    const page = join(home, 'evidence.html');
    expect((await run(['report', id, '--out', page])).code).toBe(0);
    expect(await readFile(page, 'utf8')).toContain(decision);

    const approve = (by: string, digest: string) => verb('approve', '--by', by, '--decision', digest);
    expect((await approve('lee@example.com', '0'.repeat(64))).code).toBe(3);
    const self = await approve('kim@example.com', decision ?? '');
    expect({ code: self.code, ...self.json<Sent>() }).toMatchObject({
      code: 3,
      answer: { accepted: false, legal: ['approve', 'reject', 'rollback', 'pause'] },
    });
    expect((await approve('lee@example.com', decision?.slice(0, 8) ?? '')).code).toBe(0);
    const end = await run(['watch', id]);
    expect(end).toMatchObject({ code: 0, stdout: expect.stringContaining('Completed') });
    expect(await verb('pause', '--by', 'kim@example.com')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Ended'),
    });
    expect((await run(['inbox'])).stdout).toBe('Nobody has to do anything.\n');
  });

  it('acts on a second pause and on an approval that came too early the first time', { timeout: 90_000 }, async () => {
    await using scene = await openScene();
    const handle = await scene.start();
    await untilState(handle, 'WaitingForPerson');
    const service = ['--store', scene.storeFile, '--address', temporalAddress(), '--json'];
    const verb = (name: string) => migrator([name, handle.workflowId, '--by', 'kim@example.com', ...service]);
    for (const [name, state] of [
      ['pause', 'Paused'],
      ['resume', 'WaitingForPerson'],
      ['pause', 'Paused'],
    ] as const) {
      expect((await verb(name)).code).toBe(0);
      await untilState(handle, state);
    }
    expect(await verb('retry')).toMatchObject({ code: 3 });
    await verb('resume');
    expect(await verb('retry')).toMatchObject({ code: 0 });
    // It says what it would mean, and sends nothing unless it is told to.
    expect(await verb('rollback')).toMatchObject({ code: 4, stdout: expect.stringContaining('"R1"') });
  });

  it('goes back on a cancellation after something was written, and closes as cancelled', {
    timeout: 90_000,
  }, async () => {
    await using scene = await openScene();
    const handle = await scene.start();
    const { tasks } = await untilState(handle, 'WaitingForPerson');
    const [task] = tasks;
    if (!task) throw new Error('no task');
    await handle.executeUpdate('answer', {
      args: [{ by: 'kim@example.com', task: task.id, answers: answersTo(task) }],
    });
    await until(handle, ({ step }) => step === 'importConfiguration', 'the import');
    await untilState(handle, 'WaitingForPerson');
    const service = ['--store', scene.storeFile, '--address', temporalAddress()];
    expect((await migrator(['cancel', handle.workflowId, ...service])).code).toBe(0);
    await handle.result().catch(() => undefined);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect((await ledgerOf(scene, handle)).filter(({ subject }) => subject.verb === 'cancel')).toMatchObject([
      { kind: 'verb', subject: { class: 'R2' } },
    ]);
    expect((await ledgerOf(scene, handle)).at(-1)).toMatchObject({ kind: 'closed', subject: { state: 'RolledBack' } });
    expect(scene.world.original).toMatchObject({ running: true, deleted: false });
  });

  it('shows a plan and its questions, and gives the original free again', { timeout: 90_000 }, async () => {
    await using scene = await openScene();
    const { id, start, run } = commandLine(scene, await temporaryDirectory());
    const { code, stdout, stderr } = await run(['plan', ...start]);
    expect(code).toBe(4);
    expect(stdout).toContain('# Plan: INT-16 on jira-old moves to jira-new');
    expect(stdout).toContain('Question field:');
    expect(stderr).toContain(`migrator cancel ${id}`);
    expect((await run(['cancel', id])).code).toBe(0);
    await expect(scene.client.workflow.getHandle(id).result()).rejects.toThrow();
    expect((await run(['status', '--open'])).stdout).toBe('No migration.\n');
    expect(scene.writes()).toEqual([]);
  });

  it('starts a migration while plans of the same original wait for answers', { timeout: 120_000 }, async () => {
    await using scene = await openScene();
    const { id, start, run } = commandLine(scene, await temporaryDirectory());
    const unnamed = start.slice(0, -2);
    const plans = [await run(['plan', ...unnamed, '--json']), await run(['plan', ...unnamed, '--json'])];
    expect(plans.map(({ code }) => code)).toEqual([4, 4]);
    const ids = plans.map(({ json }) => json<{ workflowId: string }>().workflowId);
    const usual = `${scene.config.taskQueuePrefix}plan-jira-old-INT-16`;
    expect(ids).toEqual([usual, `${usual}-2`]);
    expect((await run(['status', ids[0] ?? ''])).stdout).toContain('WaitingForPerson, a dry run');
    const dry = await run(['start', ...unnamed, '--dry-run']);
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('It is a dry run') });
    const started = await run(['start', ...start]);
    expect(started).toMatchObject({ code: 0, stdout: expect.not.stringContaining('dry run') });
    // The migration is what its original names, and what verbs are sent to, whatever plans are open beside it.
    const handle = scene.client.workflow.getHandle(id);
    await untilState(handle, 'WaitingForPerson');
    expect((await run(['status', 'jira-old/INT-16'])).stdout).toMatch(new RegExp(`workflow ${id},`));
    await answerAll(scene, handle, 'AwaitingApproval');
    // A plan of what is migrated by now ends by itself, and says by which migration.
    for (const plan of [...ids, `${usual}-3`]) {
      const ended = scene.client.workflow.getHandle(plan).result();
      await expect(ended).rejects.toMatchObject({ cause: { type: 'Refused', message: expect.stringContaining(id) } });
    }
  });

  it('refuses an instance that the service does not know, with the names it knows, before anything is started', {
    timeout: 60_000,
  }, async () => {
    await using scene = await openScene();
    const home = await temporaryDirectory();
    const { id, start, run } = commandLine(scene, home);
    const mistyped = start.map((word) =>
      word.replace('jira-old/INT-16', 'jira-ol/INT-16').replace(/^jira-new$/, 'confluence'),
    );
    const begun = async () =>
      (
        await scene.client.workflow
          .getHandle(id)
          .describe()
          .catch(() => undefined)
      )?.status.name;

    // No configuration is at hand here: the worker's first word is waited for.
    const late = await run(['start', ...mistyped]);
    expect(late).toMatchObject({ code: 3, stderr: expect.stringContaining('did you mean jira-old?') });
    expect(await begun()).toBe('FAILED');

    const config = join(home, 'migrator.yaml');
    await writeFile(config, scene.sandbox.configuration());
    const service = {
      pid: process.pid,
      address: temporalAddress(),
      namespace: 'default',
      store: scene.storeFile,
      config,
    };
    await writeFile(join(home, 'service.json'), JSON.stringify(service));
    const other = [...mistyped.slice(0, -1), `${id}-other`];
    for (const command of ['start', 'plan']) {
      const { code, stderr } = await run([command, ...other]);
      expect(code).toBe(2);
      expect(stderr).toContain('original.instance: "jira-ol" is not an instance of the configuration with access');
      expect(stderr).toContain('(jira-old, jira-new, jira-partner); did you mean jira-old?');
      expect(stderr).toMatch(
        /new\.instance: "confluence" is not an instance [^;]*\(jira-old, jira-new, jira-partner\)[.;](?! did)/,
      );
    }
    const file = join(home, 'batch.yaml');
    await writeFile(
      file,
      JSON.stringify({
        name: 'wave',
        requestedBy: 'kim',
        reason: 'x',
        migrations: [
          {
            original: { instance: 'jira-odl', synchronization: 'INT-16' },
            new: { instance: 'jira-new', projects: {} },
          },
        ],
      }),
    );
    const batch = await run(['batch', 'start', file]);
    expect(batch).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean jira-old?') });
    await expect(scene.client.workflow.getHandle(`${id}-other`).describe()).rejects.toThrow();
  });

  it('says what preflight refused, with exit code 3', { timeout: 60_000 }, async () => {
    await using scene = await openScene();
    const { start, run } = commandLine(scene, await temporaryDirectory());
    const args = start.map((word) => (word === 'jira-old/INT-16' ? 'jira-old/INT-99' : word));
    const { code, stderr } = await run(['plan', ...args]);
    expect(code).toBe(3);
    expect(stderr).toContain('There is no synchronization INT-99 on jira-old');
  });
});

describe('with no worker up', () => {
  it('leaves the message with Temporal as a signal and says so, with exit code 5', { timeout: 60_000 }, async () => {
    const prefix = uniquePrefix('cli');
    const client = await connectClient({ address: temporalAddress() });
    const service = ['--home', await temporaryDirectory(), '--address', temporalAddress(), '--json'];
    const handle = await client.workflow.start('migrateSynchronization', {
      taskQueue: migrationsQueue(prefix),
      workflowId: `${prefix}nobody`,
      args: [{}],
    });
    try {
      const { code, json } = await migrator(['pause', handle.workflowId, '--by', 'kim@example.com', ...service]);
      expect({ code, ...json<Sent>() }).toEqual({
        code: 5,
        verb: 'pause',
        workflowId: handle.workflowId,
        sent: 'signal',
      });
      const { events } = await handle.fetchHistory();
      const signal = events?.find((event) => event.workflowExecutionSignaledEventAttributes);
      expect(signal?.workflowExecutionSignaledEventAttributes?.signalName).toBe('pause');
    } finally {
      await handle.terminate();
      await client.connection.close();
    }
  });

  it('says that an unknown workflow is unknown', async () => {
    const home = await temporaryDirectory();
    const args = ['retry', 'no-such-workflow', '--by', 'kim', '--home', home, '--address', temporalAddress()];
    const { code, stderr } = await migrator(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^NotFound: No open workflow no-such-workflow/);
  });
});
