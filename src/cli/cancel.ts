/**
 * `migrator cancel`: a cancellation request, as the Temporal UI sends it. It goes back like `rollback`, and the run closes as
 * Cancelled: so a dry run ends whose questions nobody will answer, and gives the original free.
 */
import type { Command } from 'commander';
import { shellWord } from '../contract/foreign.ts';
import { CommandError, isSdkError } from './errors.ts';
import { NAMED, workflowIdOf } from './find.ts';
import { answer } from './print.ts';
import { type ServiceOptions, serviceCommand, withClient, withStoreIfAny } from './service.ts';

export function addCancel(program: Command): void {
  const description = 'go back like rollback, as the Temporal UI does; ends a dry run with open questions';
  serviceCommand(program, 'cancel', description, ['<migration>', NAMED]).action(cancel);
}

async function cancel(migration: string, options: ServiceOptions): Promise<void> {
  const workflowId = await withStoreIfAny(options, (store) => workflowIdOf(options, store, migration));
  await withClient(options, (client) => client.workflow.getHandle(workflowId).cancel()).catch((error: unknown) => {
    if (!isSdkError(error, 'WorkflowNotFoundError')) throw error;
    throw new CommandError(
      'NotFound',
      `No open workflow ${workflowId} is on this server.`,
      '`migrator status` lists the migrations.',
    );
  });
  const see = `see \`migrator status ${shellWord(workflowId)}\``;
  const text = `cancel: asked for. It goes back, and ends as cancelled; ${see}.`;
  answer(options, { workflowId, sent: 'cancellation' }, text);
}
