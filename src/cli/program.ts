/** All commands of `migrator`: one file each, which adds itself. */
import { Command } from 'commander';
import { addAnswer } from './answer.ts';
import { addArtifact } from './artifact.ts';
import { addAudit } from './audit.ts';
import { addBatch } from './batch.ts';
import { addBrake } from './brake.ts';
import { addCancel } from './cancel.ts';
import { addApprove, addPlainVerbs, addReject } from './decide.ts';
import { addInbox } from './inbox.ts';
import { addInstances } from './instances.ts';
import { addMapping } from './mapping.ts';
import { addPlan } from './plan.ts';
import { hint, say } from './print.ts';
import { addPacket, addReport } from './report.ts';
import { addRollback } from './rollback.ts';
import { addSandbox } from './sandbox.ts';
import { addSetup } from './setup.ts';
import { addStart } from './start.ts';
import { addTakeover } from './takeover.ts';
import { addUp } from './up.ts';
import { addStatus, addWatch } from './watch.ts';

/** Help is many lines, and what was typed may stand in one. */
const byLine = (print: (lines: string[]) => void) => (text: string) => print(text.replace(/\n$/, '').split('\n'));

const COMMANDS = [
  addUp,
  addSetup,
  addInstances,
  addPlan,
  addStart,
  addStatus,
  addWatch,
  addInbox,
  addPacket,
  addAnswer,
  addReport,
  addApprove,
  addReject,
  addPlainVerbs,
  addRollback,
  addCancel,
  addTakeover,
  addBatch,
  addBrake,
  addArtifact,
  addMapping,
  addAudit,
  addSandbox,
];

/** The program throws instead of ending the process: main.ts decides on the exit code. */
export function createProgram(): Command {
  const program = new Command('migrator')
    .description(
      'Moves K15t Backbone synchronizations to a new Jira instance, and deletes nothing before a person approved it.',
    )
    .option('--verbose', 'show the stack of an error')
    .configureOutput({ writeOut: byLine(say), writeErr: byLine(hint) })
    .showHelpAfterError('(add --help for what it takes)')
    .exitOverride();
  for (const add of COMMANDS) add(program);
  return program;
}
