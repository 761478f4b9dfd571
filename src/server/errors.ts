import { CodedError } from '../contract/errors.ts';

/** What can go wrong with the embedded Temporal server, for programs; the message is for people. */
export type TemporalServerErrorCode =
  | 'TemporalCliPathInvalid'
  | 'TemporalServerUnobtainable'
  | 'TemporalPortInUse'
  | 'TemporalServerDied'
  | 'TemporalServerSilent';

/** Thrown by everything in this folder. */
export class TemporalServerError extends CodedError<TemporalServerErrorCode> {}
