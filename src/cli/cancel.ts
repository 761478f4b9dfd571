/**
 * `migrator cancel`: ends a migration that has written nothing yet, such as a dry run whose questions nobody will answer: it
 * holds the claim on the original. Later the request is entered in the ledger and refused.
 */
import type { Command } from 'commander';
import { CommandError, isSdkError } from './errors.ts';
import { NAMED, workflowIdOf } from './find.ts';
import { say, sayJson } from './print.ts';
import { type ServiceOptions, withClient, withServiceOptions, withStoreIfAny } from './service.ts';

export function addCancel(program: Command): void {
  withServiceOptions(
    program
      .command('cancel')
      .description('end a migration that has written nothing yet, such as a dry run with open questions')
      .argument('<migration>', NAMED),
  ).action(cancel);
}

async function cancel(migration: string, options: ServiceOptions): Promise<void> {
  const workflowId = await withStoreIfAny(options, (store) => workflowIdOf(store, migration));
  await withClient(options, (client) => client.workflow.getHandle(workflowId).cancel()).catch((error: unknown) => {
    if (!isSdkError(error, 'WorkflowNotFoundError')) throw error;
    throw new CommandError(
      'NotFound',
      `No open workflow ${workflowId} is on this server.`,
      '`migrator status` lists the migrations.',
    );
  });
  if (options.json) sayJson({ workflowId, sent: 'cancellation' });
  else
    say(`cancel: asked for. It ends at its next look if nothing was written; see \`migrator status ${workflowId}\`.`);
}
