/** What can go wrong with the embedded Temporal server, for programs; the message is for people. */
export type TemporalServerErrorCode =
  | 'TemporalCliPathInvalid'
  | 'TemporalServerUnobtainable'
  | 'TemporalPortInUse'
  | 'TemporalServerDied'
  | 'TemporalServerSilent';

/** Thrown by everything in this folder. `message` says what happened, `remedy` what to do about it. */
export class TemporalServerError extends Error {
  override readonly name = 'TemporalServerError';
  readonly code: TemporalServerErrorCode;
  readonly remedy: string;

  constructor(code: TemporalServerErrorCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}
