/** A command of the program, as somebody runs it where everything that can be hostile is. */
import { TYPED } from '../judge.ts';

/** Whom somebody claims to be, and why. */
export const BY = `kim ${TYPED[4]}`;
export const REASON = `CHG-1\nDecision 3f9ac2d1\n  2 of 2 approvals, by lee@example.com. \u001b[2J\u202e https://evil.example.net`;

/** What a migration goes through, in order. */
export const STAGES = ['service', 'asked', 'trouble', 'gate', 'lost', 'back'] as const;
export type Stage = (typeof STAGES)[number] | 'partner' | 'file' | 'batch';

/** What the arguments of a command need to know. */
export interface Place {
  /** Its name is hostile, too. */
  folder: string;
  /** A file that people hand in, hostile in every cell, or one to write. */
  file(name: string): string;
  /** Would be a command in a shell. */
  workflowId: string;
  taskQueue: string;
  /** Digest of the decision that waits, or of the list of them; and of its evidence. */
  decision: string;
  evidence: string;
}

export type Way = 'text' | 'json' | 'terminal';

export interface Row extends Running {
  at: Stage;
  /** Its whole name, as `--help` has it. */
  command: string;
  args(place: Place): string[];
  /** The exit code in each way in which it is run. */
  codes: Partial<Record<Way, number>>;
}

/** How it is run. */
interface Running {
  /** Goes on by itself, or asks: ended by Ctrl-C once this was printed, or by these keys. */
  until?: RegExp;
  keys?: string;
  env?: Record<string, string>;
  /** Has no options of a service. */
  alone?: true;
}

type Args = (place: Place) => string[];

/** Rows of one stage: `asked('status', INT_16, both(0))`. */
export const rowsAt =
  (at: Stage) =>
  (command: string, args: Args, codes: Row['codes'], running: Running = {}): Row => ({
    ...{ at, command: `migrator ${command}`, args, codes },
    ...running,
  });

/** In a pipe and as JSON. */
export const both = (code: number): Row['codes'] => ({ text: code, json: code });
export const all = (code: number): Row['codes'] => ({ ...both(code), terminal: code });

export const NOTHING: Args = () => [];
export const INT_16: Args = () => ['jira-old/INT-16'];

/** To the migration, by somebody with a hostile name. */
export const decided = (...more: string[]): string[] => ['jira-old/INT-16', '--by', BY, ...more];

export const why = ['--reason', REASON];
