/** `migrator rollback`: says which kind of going back it is, asks, and goes back. */
import type { Command } from 'commander';
import { shellWord } from '../contract/foreign.ts';
import type { PlainVerb } from '../contract/messages.ts';
import { ROLLBACK_SENTENCES, type RollbackClass, rollbackClass } from '../contract/rollback.ts';
import type { MigrationPicture } from '../contract/status.ts';
import { CommandError, EXIT } from './errors.ts';
import { migrationNamed } from './find.ts';
import { say, sayJson } from './print.ts';
import { asking } from './prompt.ts';
import { withStore } from './service.ts';
import { sendAndTell, type VerbOptions, verbCommand } from './verbs.ts';

interface RollbackOptions extends VerbOptions {
  yes?: boolean;
}

export function addRollback(program: Command): void {
  verbCommand(program, 'rollback', 'go back to the original; says first which kind of going back it is, and asks')
    .option('--reason <text>', 'why, for the ledger')
    .option('--yes', 'do not ask')
    .action(rollback);
}

async function rollback(migration: string, options: RollbackOptions): Promise<void> {
  const { by, reason, yes, ...service } = options;
  const { picture } = await withStore(options, (store) => migrationNamed(store, migration));
  const kind = picture.rollback?.class ?? rollbackClass(picture.steps);
  if (kind === 'R3') throw tooLate(picture);
  if (!yes && !(await confirmed(picture, kind, options.json))) return;
  await sendAndTell(service, migration, 'rollback', { by, ...(reason ? { reason } : {}) } satisfies PlainVerb);
}

/** Nothing brings a deleted synchronization back; what can be done instead is said. */
const tooLate = ({ original, workflowId }: MigrationPicture): CommandError =>
  new CommandError(
    'TooLate',
    `R3: ${original} has been deleted. ${ROLLBACK_SENTENCES.R3}`,
    `\`migrator status ${shellWord(workflowId)} --json\` names the artifacts; \`migrator artifact get\` fetches them.`,
    EXIT.refused,
  );

/** On a terminal it is asked; elsewhere only said, with the exit code of what waits for a person. */
async function confirmed({ original, created }: MigrationPicture, kind: RollbackClass, json = false): Promise<boolean> {
  if (json) sayJson({ verb: 'rollback', class: kind, original, created, means: ROLLBACK_SENTENCES[kind], sent: false });
  else say([`${kind}: ${ROLLBACK_SENTENCES[kind]}`, `Original ${original}${created ? `, new one ${created}` : ''}.`]);
  if (process.stdin.isTTY && !json) {
    const typed = await asking(process.stderr, ['Going back was broken off.', 'Nothing was sent.'], (ask) =>
      ask('Go back? Type yes: '),
    );
    if (typed.trim() === 'yes') return true;
    say('Nothing was sent.');
  } else if (!json) say('Nothing was sent. Send it with --yes.');
  process.exitCode = EXIT.person;
  return false;
}
