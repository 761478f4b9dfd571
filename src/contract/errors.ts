/**
 * Every error a person can meet: code, sentence, remedy, and what retrying means. docs/errors.md mirrors this table and a test
 * holds the two together.
 *
 * `retry`: `never` fails at once; `wait` is retried without limit and never counts as a failure (an unreachable instance is no
 * failure of a step); `count` is retried until a few in a row end in `StepFailed`.
 */
export type RetryKind = 'never' | 'wait' | 'count';

export interface ErrorRow {
  sentence: string;
  remedy: string;
  retry: RetryKind;
}

export const ERRORS = {
  InvalidStart: {
    sentence: 'The start object is not valid',
    remedy: 'Correct the listed members and start again.',
    retry: 'never',
  },
  InvalidConfiguration: {
    sentence: 'The configuration file is not valid',
    remedy: 'Correct the listed lines and start the worker again.',
    retry: 'never',
  },
  ClaimHeld: {
    sentence: 'Another migration of this original is under way',
    remedy: 'Follow the one that is running, or end it first; `migrator takeover` goes on with one whose run is gone.',
    retry: 'never',
  },
  ClaimLost: {
    sentence: 'This run no longer holds the claim on the original',
    remedy: 'Nothing was written. Follow the run that holds it.',
    retry: 'never',
  },
  NotRecorded: {
    sentence: 'This is not recorded for whoever asked',
    remedy: 'A workflow of this service does not ask for it: find out what runs on its task queues.',
    retry: 'never',
  },
  NotSentBack: {
    sentence: 'The ledger does not have this as the next part of going back',
    remedy:
      'Nothing was taken back. A workflow of this service does not ask for it: find out what runs on its task queues.',
    retry: 'never',
  },
  StepFailed: {
    sentence: 'The step kept failing',
    remedy: 'Read the cause, mend it, then send retry.',
    retry: 'never',
  },
  IdentityChanged: {
    sentence: 'This is not the instance or synchronization that was recorded',
    remedy:
      'Check the base URL in the configuration, and the one that the Jira states for itself: it stays as it is until the migration has ended. Nothing is written to a stranger.',
    retry: 'never',
  },
  GoneUnseen: {
    sentence: 'What this migration has on record is not there any more',
    remedy: 'Find out who deleted it, and why. Then send retry. On the way forward rollback can be sent instead.',
    retry: 'never',
  },
  IntentSettledOnlyByRetry: {
    sentence: 'The request was answered and will not be sent again by itself',
    remedy: 'Look at the instance, then send retry.',
    retry: 'never',
  },
  NotYet: { sentence: 'Not yet', remedy: 'Nothing to do: it is looked at again.', retry: 'wait' },
  RateLimited: {
    sentence: 'The instance asks us to slow down',
    remedy: 'Nothing to do: sent again after the time it named.',
    retry: 'wait',
  },
  Braked: {
    sentence: 'The brake is on',
    remedy: 'Release it with `migrator brake off` when it is safe.',
    retry: 'wait',
  },
  CredentialsExpired: {
    sentence: 'The instance does not accept our credentials',
    remedy: 'Renew the user, password or token that the configuration names; the step goes on by itself.',
    retry: 'wait',
  },
  InstanceUnreachable: {
    sentence: 'The instance cannot be reached',
    remedy: 'Check address, network and the instance itself; the step goes on by itself.',
    retry: 'wait',
  },
  StoreUnreachable: {
    sentence: 'The store cannot be reached',
    remedy: 'Check the database; nothing is written anywhere until it answers.',
    retry: 'wait',
  },
  SeveralHosts: {
    sentence: 'The SQLite store is in use on another host',
    remedy: 'Several hosts need PostgreSQL: name it as store.postgres in the configuration of each worker.',
    retry: 'never',
  },
  TooLate: {
    sentence: 'Another attempt has gone on with this meanwhile',
    remedy: 'Nothing to do: this one records and sends nothing any more.',
    retry: 'wait',
  },
  LoginPage: {
    sentence: 'The instance answered with an HTML page instead of JSON',
    remedy: 'A proxy or single sign-on stands before it: give the service a way past, and check the base URL.',
    retry: 'count',
  },
  AnonymousAnswer: {
    sentence: 'The instance answered as if nobody were logged in',
    remedy: 'The token is unknown there or has expired: renew it in the configuration.',
    retry: 'count',
  },
  ForeignAnswer: {
    sentence: 'Something before the instance answered in its place',
    remedy: 'An API gateway, proxy or firewall stands before it: let all paths of Jira and Backbone through.',
    retry: 'count',
  },
  NotRead: {
    sentence: 'Whether it is there could not be read for certain',
    remedy:
      'Check the nodes of the instance and what stands before them: their answers contradict each other. Then send retry.',
    retry: 'count',
  },
  UnreadableAnswer: {
    sentence: 'The answer is not the JSON it should be',
    remedy: 'It may be cut off by a proxy, or the shape differs: see docs/assumptions.md.',
    retry: 'count',
  },
  BeyondLimit: {
    sentence: 'More came than the migrator accepts',
    remedy:
      'Find out why there is so much, on the instance or in the file that is named, and what stands before the instance. Then send retry.',
    retry: 'never',
  },
  SecretRepeated: {
    sentence: 'The answer repeats a password or token of ours',
    remedy:
      'Find out what shows it, a field, a comment or something that stands before the instance, and take it away. Change the password or token, then send retry.',
    retry: 'never',
  },
  RedirectRefused: {
    sentence: 'The instance sent us to another address',
    remedy: 'Put the final base URL into the configuration; credentials are never sent to a host that is not in it.',
    retry: 'count',
  },
  RequestRefused: {
    sentence: 'The instance refused the request',
    remedy: 'Read its message: a permission or a precondition is missing.',
    retry: 'count',
  },
  ServerFailed: {
    sentence: 'The instance failed while it answered',
    remedy: 'Look into its log; a write is settled by reading before it is sent again.',
    retry: 'count',
  },
  OutcomeUnknown: {
    sentence: 'The answer was lost; whether the request took effect is not known',
    remedy: 'Nothing to do: it is settled by reading.',
    retry: 'count',
  },
  Unexpected: {
    sentence: 'Something nobody foresaw',
    remedy: 'Send retry; if it comes again, report it with this text.',
    retry: 'count',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * The one error family: of the service, of the command line, of the embedded server. The message says what happened, to what, and what to
 * do; it never holds a secret.
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly remedy: string;

  constructor(code: Code, what: string, remedy: string, options?: ErrorOptions) {
    super(`${what} ${remedy}`, options);
    this.name = code;
    this.code = code;
    this.remedy = remedy;
  }
}

/** One of the table above. */
export class MigratorError extends CodedError<ErrorCode> {
  /** Wait before the next attempt, where the other side named one. */
  readonly retryAfterMs: number | undefined;
  /** HTTP status, where there was one. */
  readonly status: number | undefined;

  constructor(
    code: ErrorCode,
    what: string,
    options: { cause?: unknown; remedy?: string; retryAfterMs?: number; status?: number } = {},
  ) {
    const row = ERRORS[code];
    const remedy = options.remedy ?? row.remedy;
    super(code, `${row.sentence}: ${what}`, remedy, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
  }

  get retry(): RetryKind {
    return ERRORS[this.code].retry;
  }
}

/** What happened, without what to do: where another remedy follows. */
export const withoutRemedy = ({ message, remedy }: CodedError): string =>
  message.endsWith(remedy) ? message.slice(0, -remedy.length).trimEnd() : message;
