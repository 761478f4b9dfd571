/**
 * Everything that happened, in order. Tests and the verdict judge by this, never by what the migrator says of itself.
 */
export type RecordKind = 'request' | 'effect' | 'ui' | 'fault' | 'switch' | PersonsAct;
/** What people do to issues. */
export type PersonsAct =
  | 'edit'
  | 'comment'
  | 'editComment'
  | 'deleteComment'
  | 'create'
  | 'delete'
  | 'move'
  | 'archive'
  | 'restore'
  | 'attach'
  | 'detach';

export interface RecordEntry {
  n: number;
  at: number;
  kind: RecordKind;
  instance?: string;
  method?: string;
  path?: string;
  status?: number;
  user?: string;
  /** What the effect or the person's act was, e.g. `integration started`. */
  what?: string;
  detail?: Record<string, unknown>;
}

export interface WorldRecord {
  add(entry: Omit<RecordEntry, 'n' | 'at'> & { at?: number }): RecordEntry;
  /** Entries with a number greater than `n`. */
  after(n: number): RecordEntry[];
  readonly length: number;
}

/** An append-only list; numbers start at 1 and have no gaps. */
export function createRecord(now: () => number): WorldRecord {
  const entries: RecordEntry[] = [];
  return {
    add(entry) {
      const { at, ...rest } = entry;
      const added: RecordEntry = { n: entries.length + 1, at: at ?? now(), ...rest };
      entries.push(added);
      return added;
    },
    after: (n) => entries.slice(Math.max(0, n)),
    get length() {
      return entries.length;
    },
  };
}
