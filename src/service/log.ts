/** The worker's log: JSON, a line for each entry. */
import pino, { type DestinationStream, type Logger } from 'pino';
import { shownJson } from '../contract/foreign.ts';

/** What instances and people wrote acts on nobody's terminal: whoever reads the entries as JSON gets it as it was. */
export const createLog = (destination?: DestinationStream): Logger =>
  pino(
    { name: 'worker', level: process.env.LOG_LEVEL ?? 'info', hooks: { streamWrite: shownJson } },
    destination ?? pino.destination(1),
  );
