/** `migrator approve`: grants the delete of the original for exactly one decision. */
import type { Command } from 'commander';
import type { Approve } from '../contract/messages.ts';
import { sendAndTell, type VerbOptions, verbCommand } from './verbs.ts';

export function addApprove(program: Command): void {
  verbCommand(program, 'approve', 'grant the delete of the original for exactly this decision')
    .requiredOption('--decision <digest>', 'the decision digest, or its first eight or more characters')
    .option('--reason <text>', 'why, for the ledger')
    .action((migration: string, { by, decision, reason, ...service }: VerbOptions & { decision: string }) =>
      sendAndTell(service, migration, 'approve', { by, decision, ...(reason ? { reason } : {}) } satisfies Approve),
    );
}
