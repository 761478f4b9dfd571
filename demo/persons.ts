/** The people of the demo: Kim asked for the migration and answers its tasks, Lee may approve. Or you, with `--interactive`. */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { VerbAnswer } from '../src/contract/messages.ts';
import type { MigrationPicture } from '../src/contract/status.ts';
import { type HumanTask, type Question, requiredOf } from '../src/contract/tasks.ts';
import { clickFor } from './hands.ts';
import { projectOf, type Sandbox, type SandboxStart } from './sandbox.ts';
import { say } from './say.ts';
import type { Service } from './service.ts';

export const KIM = 'kim@example.com';
export const LEE = 'lee@example.com';

/** The copied one of two fields of the same name: the people who moved the project know it. */
const COPIED_FIELD = 'customfield_10321';

const ANSWERS_LIMIT = 20;

export class Persons {
  readonly #service: Service;
  readonly #sandbox: Sandbox;
  readonly #handle: WorkflowHandle;
  readonly #start: SandboxStart;
  readonly #done = new Set<string>();

  constructor(service: Service, sandbox: Sandbox, handle: WorkflowHandle, start = sandbox.ready.start) {
    this.#start = start;
    this.#service = service;
    this.#sandbox = sandbox;
    this.#handle = handle;
  }

  /** Does an open task once: answers its questions, or does it in the sandbox's pages. */
  async work(task: HumanTask, picture: MigrationPicture): Promise<void> {
    const name = `${task.id} ${task.since}`;
    if (this.#done.has(name)) return;
    this.#done.add(name);
    say.waits(`task for a person: ${task.title}`);
    await this.#click(task, picture);
    if (requiredOf(task).length > 0) await this.#answer(task);
  }

  async #click(task: HumanTask, { created }: MigrationPicture): Promise<void> {
    const { artifacts } = this.#service.store;
    const done = await clickFor(
      {
        click: (page, body) => this.#sandbox.call(`/sandbox/ui/${page}`, body),
        file: (digest) => artifacts.getJson(digest),
        original: {
          instance: this.#start.original.instance,
          integrationKey: this.#start.original.synchronization,
        },
        home: this.#start.new.instance,
        project: projectOf(this.#start),
        created,
        by: 'kim',
      },
      task,
    );
    if (done) say.person(`Kim does it in Backbone's pages: ${task.clicks[0] ?? task.title}`);
  }

  /** A resync takes a moment to be seen; until then the answer that it is done is refused. */
  async #answer(task: HumanTask): Promise<void> {
    const answers: Record<string, string> = {};
    for (const question of requiredOf(task)) {
      answers[question.id] = choose(question);
      say.person(`Kim answers: ${question.text.split('. ')[0]} → ${answers[question.id]}`);
    }
    for (let tries = 0; tries < ANSWERS_LIMIT; tries++) {
      if (await this.#send('answer', { by: KIM, task: task.id, answers })) return;
      await sleep(1000);
    }
  }

  /** First what must be refused, then the approval. */
  async approve(decision: string): Promise<void> {
    say.person('Kim, who asked for it, tries to approve');
    await this.#send('approve', { by: KIM, decision: decision.slice(0, 8) });
    say.person('Lee tries to approve a decision that does not stand');
    await this.#send('approve', { by: LEE, decision: 'deadbeef' });
    say.person(`Lee approves decision ${decision.slice(0, 8)}`);
    await this.#send('approve', { by: LEE, decision: decision.slice(0, 8), reason: 'CHG-4711, read the evidence' });
  }

  /** The newcomer is Lee. */
  async approveByNewcomer(decision: string, evidenceFile: string): Promise<void> {
    say.text(`\n  You are lee@example.com, the approver. What was proved: ${evidenceFile}`);
    say.text(`  The decision is ${decision.slice(0, 8)}. Type it to have the original deleted, or "no" to keep both.`);
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const typed = (await terminal.question('  > ')).trim();
    terminal.close();
    if (typed === 'no') await this.#send('reject', { by: LEE, reason: 'the newcomer said no', then: 'keepBoth' });
    else await this.#send('approve', { by: LEE, decision: typed });
  }

  async #send(verb: string, message: unknown): Promise<boolean> {
    const answer = await this.#handle.executeUpdate<VerbAnswer, [unknown]>(verb, { args: [message] });
    if (answer.accepted) say.aside(`accepted: ${answer.reason}`);
    else say.trouble(`refused: ${answer.reason}`);
    return answer.accepted;
  }
}

function choose({ choices }: Question): string {
  const copied = choices.find((choice) => choice.value === COPIED_FIELD);
  return (copied ?? choices[0])?.value ?? '';
}
