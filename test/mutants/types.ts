/** A guard that is broken on purpose, and who must notice. */
export interface Mutant {
  /** What holds as long as the guard is there. */
  promise: string;
  /** Of the four promises that a migration may not break: see docs/reliability.md. */
  of: 'P1' | 'P2' | 'P3' | 'P4';
  file: string;
  /** Stands in the file exactly once. */
  text: string;
  replacement: string;
  /** Guards that hold the same promise behind this one: broken along with it, or nobody could tell. */
  along?: readonly { file: string; text: string; replacement: string }[];
  /** The quickest tests that must fail: a file, and part of a title where the file has slow ones. */
  killedBy: { file: string; title?: string };
}
