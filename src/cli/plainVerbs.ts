/** `migrator withdraw`, `retry`, `pause`, `resume`: verbs that take a name and a reason, and nothing else. */
import type { Command } from 'commander';
import type { PlainVerb } from '../contract/messages.ts';
import { sendAndTell, type VerbOptions, verbCommand } from './verbs.ts';

const PLAIN_VERBS = {
  withdraw: 'take your own approval back, until the delete is confirmed',
  retry: 'look again at once; after trouble, try the step again',
  pause: 'let what is under way end, then wait',
  resume: 'go on after a pause',
} as const;

export function addPlainVerbs(program: Command): void {
  for (const [verb, description] of Object.entries(PLAIN_VERBS) as [keyof typeof PLAIN_VERBS, string][]) {
    verbCommand(program, verb, description)
      .option('--reason <text>', 'why, for the ledger')
      .action((migration: string, { by, reason, ...service }: VerbOptions) =>
        sendAndTell(service, migration, verb, { by, ...(reason ? { reason } : {}) } satisfies PlainVerb),
      );
  }
}
