/** `migrator approve`, `reject`, `withdraw`, `retry`, `pause`, `resume`: what people decide about one migration, in one message each. */
import { type Command, Option } from 'commander';
import type { Approve, PlainVerb, Reject } from '../contract/messages.ts';
import { sendAndTell, type VerbOptions, verbCommand } from './verbs.ts';

const PLAIN_VERBS = {
  withdraw: 'take your own approval back, until the delete is confirmed',
  retry: 'look again at once; after trouble, try the step again',
  pause: 'let what is under way end, then wait',
  resume: 'go on after a pause',
} as const;

export function addApprove(program: Command): void {
  verbCommand(program, 'approve', 'grant the delete of the original for exactly this decision')
    .requiredOption('--decision <digest>', 'the decision digest, or its first eight or more characters')
    .option('--reason <text>', 'why, for the ledger')
    .action((migration: string, { by, decision, reason, ...service }: VerbOptions & { decision: string }) =>
      sendAndTell(service, migration, 'approve', { by, decision, ...(reason ? { reason } : {}) } satisfies Approve),
    );
}

export function addReject(program: Command): void {
  const then = new Option('--then <what>', 'keepBoth leaves the original stopped, rollback goes back to it');
  verbCommand(program, 'reject', 'refuse the delete of the original')
    .requiredOption('--reason <text>', 'why, for the ledger')
    .addOption(then.choices(['keepBoth', 'rollback']).makeOptionMandatory())
    .action((migration: string, { by, reason, then, ...service }: VerbOptions & Pick<Reject, 'reason' | 'then'>) =>
      sendAndTell(service, migration, 'reject', { by, reason, then } satisfies Reject),
    );
}

export function addPlainVerbs(program: Command): void {
  for (const [verb, description] of Object.entries(PLAIN_VERBS) as [keyof typeof PLAIN_VERBS, string][]) {
    verbCommand(program, verb, description)
      .option('--reason <text>', 'why, for the ledger')
      .action((migration: string, { by, reason, ...service }: VerbOptions) =>
        sendAndTell(service, migration, verb, { by, ...(reason ? { reason } : {}) } satisfies PlainVerb),
      );
  }
}
