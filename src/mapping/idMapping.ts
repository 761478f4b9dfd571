/** The pairs of ids that Atlassian's migration wrote down: used before anything is concluded from names. */
import type { ReferenceKind } from './references.ts';

/** Kinds that an official mapping can name. `userEmail` and `userKey` are further names of users. */
export type MappedKind = ReferenceKind | 'userEmail' | 'userKey';

export interface MappedId {
  target: string;
  /** File and line, for the evidence. */
  where: string;
}

/** `<kind>:<old id>` → the new id. Field ids are written as `customfield_N`. */
export type IdMapping = ReadonlyMap<string, MappedId>;

export const mappedKey = (kind: MappedKind, id: string): string => `${kind}:${id}`;
