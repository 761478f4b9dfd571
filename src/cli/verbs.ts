/** Sending what people decide: an update, which is answered; and when nobody answers in time, a signal, which stays. */
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { DecideBatch } from '../contract/batch.ts';
import { shellWord } from '../contract/foreign.ts';
import type { Answer, Approve, PlainVerb, Reject, VerbAnswer } from '../contract/messages.ts';
import type { Verb } from '../contract/names.ts';
import { messageProblem } from '../contract/verbs.ts';
import { CommandError, EXIT, isSdkError, usageError } from './errors.ts';
import { findMigration, hasEnded, NAMED, workflowIdOf } from './find.ts';
import { say, sayJson } from './print.ts';
import { byOption, type ServiceOptions, serviceCommand, withClient, withStoreIfAny } from './service.ts';

/** How long an update is waited for. Without a worker it would hang for over 30 s, a signal takes milliseconds. */
const DEADLINE_MS = 10_000;

type Message = Approve | DecideBatch | Reject | Answer | PlainVerb;

export interface Delivery {
  workflowId: string;
  sent: 'update' | 'signal';
  /** Absent after a signal: it is answered in the ledger, when a worker is up. */
  answer?: VerbAnswer;
}

export interface VerbOptions extends ServiceOptions {
  by: string;
  reason?: string;
}

/** A command that sends a verb to one migration, or to what else is named. */
export const verbCommand = (
  program: Command,
  verb: string,
  description: string,
  named: readonly [string, string] = ['<migration>', NAMED],
): Command => serviceCommand(program, verb, description, named).addOption(byOption().makeOptionMandatory());

/** Checks the message, sends it, says what became of it, and sets the exit code. */
export async function sendAndTell(
  options: ServiceOptions,
  migration: string,
  verb: Verb,
  message: Message,
): Promise<void> {
  const problem = messageProblem(verb, message);
  if (problem) throw usageError(problem, `See \`migrator ${verb} --help\`.`);
  const delivery = await withStoreIfAny(options, async (store) => {
    const workflowId = await workflowIdOf(options, store, migration);
    const row = store && (await findMigration(store, migration));
    return withClient(options, (client) => deliver(client, workflowId, verb, message)).catch((error: unknown) => {
      if (isSdkError(error, 'WorkflowNotFoundError'))
        throw gone(migration, workflowId, row && hasEnded(row) ? row.picture.state : undefined);
      throw error;
    });
  });
  tell(verb, delivery, options.json);
}

/** Throws `WorkflowNotFoundError` when no such workflow is open. */
export async function deliver(
  client: Client,
  workflowId: string,
  verb: Verb,
  message: Message,
  deadlineMs = DEADLINE_MS,
): Promise<Delivery> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    // The SDK's update id is new for each call and the same for its repetitions. One made of the content alone would be answered
    // from the run's past: a second pause, or an approval that came too early the first time. The workflow knows content.
    const answer = await client.withDeadline(Date.now() + deadlineMs, () =>
      handle.executeUpdate<VerbAnswer, [unknown]>(verb, { args: [message] }),
    );
    return { workflowId, sent: 'update', answer };
  } catch (error) {
    if (!isSdkError(error, 'WorkflowUpdateRPCTimeoutOrCancelledError')) throw error;
    await client.withDeadline(Date.now() + deadlineMs, () => handle.signal(verb, message));
    return { workflowId, sent: 'signal' };
  }
}

function gone(migration: string, workflowId: string, state: string | undefined): CommandError {
  if (state)
    return new CommandError(
      'Ended',
      `${migration} has ended (${state}).`,
      'Nothing can be sent to it any more.',
      EXIT.refused,
    );
  return new CommandError(
    'NotFound',
    `No open workflow ${workflowId} is on this server.`,
    `Name the migration by ${NAMED}; \`migrator status\` lists them.`,
  );
}

function tell(verb: Verb, delivery: Delivery, json = false): void {
  const { workflowId, sent, answer } = delivery;
  if (json) sayJson({ verb, ...delivery });
  else if (!answer) {
    say(
      `${verb}: nobody answered within ${DEADLINE_MS / 1000} s, so it was left with Temporal as a ${sent}. It is acted on when a worker is up; look with \`migrator status ${shellWord(workflowId)}\`.`,
    );
  } else if (answer.accepted) say(`${verb}: accepted, ${answer.reason}`);
  else say([`${verb}: refused, ${answer.reason}`, `Can be sent now: ${answer.legal.join(', ') || 'nothing'}`]);
  process.exitCode = !answer ? EXIT.unanswered : answer.accepted ? EXIT.ok : EXIT.refused;
}
