/** How a command ends: its exit code, and the errors that are the command line's own. */
import { CodedError, MigratorError } from '../contract/errors.ts';
import { type MigrationPicture, waitsForPerson } from '../contract/status.ts';

/** What the process ends with; docs/cli.md says the same. */
export const EXIT = {
  ok: 0,
  error: 1,
  /** The command, a file given to it, or the start object is wrong; nothing was sent. */
  usage: 2,
  /** The migration, or its preflight, said no. */
  refused: 3,
  /** Waited, and a person has to do something now. */
  person: 4,
  /** Handed to Temporal, and no worker has answered yet. */
  unanswered: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export type CommandErrorCode =
  | 'Usage'
  | 'NotFound'
  | 'NoService'
  | 'NoStore'
  | 'NoKey'
  | 'Damaged'
  | 'AlreadyRunning'
  | 'NotYet'
  | 'Ended'
  | 'TooLate'
  | 'Refused';

/** An error of the command line itself: code, what happened, what to do. Never holds a secret. */
export class CommandError extends CodedError<CommandErrorCode> {
  readonly exit: ExitCode;

  constructor(code: CommandErrorCode, what: string, remedy: string, exit: ExitCode = EXIT.error) {
    super(code, what, remedy);
    this.exit = exit;
  }
}

export const usageError = (what: string, remedy: string): CommandError =>
  new CommandError('Usage', what, remedy, EXIT.usage);

/**
 * Whether the Temporal SDK threw this error of its own. By name, as its own `instanceof` does: loading the SDK takes longer than
 * most commands, which only read the store.
 */
export const isSdkError = (error: unknown, name: SdkErrorName): error is Error =>
  error instanceof Error && error.name === name;

type SdkErrorName =
  | 'WorkflowNotFoundError'
  | 'WorkflowUpdateRPCTimeoutOrCancelledError'
  | 'WorkflowExecutionAlreadyStartedError'
  | 'WorkflowFailedError';

/** The exit code of an error that ended a command. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exit;
  const wrongInput = error instanceof MigratorError && ['InvalidStart', 'InvalidConfiguration'].includes(error.code);
  return wrongInput ? EXIT.usage : EXIT.error;
}

/** The exit code that tells a script where a migration stands. */
export function exitCodeOfState(picture: MigrationPicture): ExitCode {
  if (waitsForPerson(picture)) return EXIT.person;
  if (picture.state === 'Refused') return EXIT.refused;
  return picture.state === 'Completed' || picture.state === 'Planned' ? EXIT.ok : EXIT.error;
}
