/** `migrator reject`: refuses the delete, and says what follows. */
import type { Command } from 'commander';
import type { Reject } from '../contract/messages.ts';
import { sendAndTell, type VerbOptions, verbCommand } from './verbs.ts';

type RejectOptions = VerbOptions & Pick<Reject, 'reason' | 'then'>;

export function addReject(program: Command): void {
  verbCommand(program, 'reject', 'refuse the delete of the original')
    .requiredOption('--reason <text>', 'why, for the ledger')
    .addOption(
      program
        .createOption('--then <what>', 'keepBoth leaves the original stopped, rollback goes back to it')
        .choices(['keepBoth', 'rollback'])
        .makeOptionMandatory(),
    )
    .action((migration: string, { by, reason, then: after, ...service }: RejectOptions) => {
      const message: Reject = { by, reason, then: after };
      return sendAndTell(service, migration, 'reject', message);
    });
}
