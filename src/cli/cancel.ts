/**
 * `migrator cancel`: a cancellation request, as the Temporal UI sends it. It goes back like `rollback`, and the run closes as
 * Cancelled: so a dry run ends whose questions nobody will answer, and gives the original free.
 */
import type { Command } from 'commander';
import { shellWord } from '../contract/foreign.ts';
import { CommandError, isSdkError } from './errors.ts';
import { NAMED, workflowIdOf } from './find.ts';
import { say, sayJson } from './print.ts';
import { type ServiceOptions, withClient, withServiceOptions, withStoreIfAny } from './service.ts';

export function addCancel(program: Command): void {
  withServiceOptions(
    program
      .command('cancel')
      .description('go back like rollback, as the Temporal UI does; ends a dry run with open questions')
      .argument('<migration>', NAMED),
  ).action(cancel);
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
  if (options.json) sayJson({ workflowId, sent: 'cancellation' });
  else say(`cancel: asked for. It goes back, and ends as cancelled; see \`migrator status ${shellWord(workflowId)}\`.`);
}
