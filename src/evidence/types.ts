/**
 * What verify found. The *decision* is digested and approved; *observations* are not, because users working on in a healthy
 * synchronization must not void an approval. Plain JSON throughout: evidence is an artifact that an auditor reads years later.
 */
import type { SynchronizationStatus } from '../backbone/types.ts';
import type { StepName } from '../contract/names.ts';
import type { PolicySnapshot, StepResult, SynchronizationIdentity } from '../contract/steps.ts';
import type { MappingChange } from '../mapping/translate.ts';
import type { PairTable } from '../pairs/table.ts';
import type { ExtractComparison } from '../partner/compare.ts';
import type { PredicateName } from './predicates.ts';

/** A statement that must hold, and whether it did. */
export interface Predicate {
  name: PredicateName;
  sentence: string;
  holds: boolean;
  /** What breaks it: issue keys, pairs, connector keys. Empty when it holds. */
  keys: string[];
  /** What was seen, in words and numbers. */
  observed: string;
  /** It rests, in part or whole, on what a partner returned: its side was not read. */
  attested?: true;
}

/** A risk that a person took, by the id of the question that stated it. */
export interface AcceptedRisk {
  id: string;
  answer: string;
  /** Digest of what the question was about when it was answered. */
  about?: string;
  /** Its words. */
  asked?: string;
  by?: string;
}

/** Where the new configuration is not the translated one, and stays so: a person said that it is right. */
export interface AcceptedDeviation {
  path: string;
  /** What the translation has, and what stands there. `null`: nothing. */
  wanted: unknown;
  live: unknown;
  /** The ledger entry of the answer, and the salted hash of who gave it. */
  entry?: number;
  actor: string | null;
  /** Who it was, unless the name was erased. Not digested. */
  by?: string;
}

/** Whom a synchronization acts as, and what it leaves out: in no configuration, and changed without it. */
export interface Acting {
  /** User and base URL of each connection, by connector key. */
  users: Record<'original' | 'created', Record<string, string>>;
  /** SHA-256 over the names of the pairs whose incoming changes are ignored. */
  ignored: Record<'original' | 'created', string>;
}

/** What an approval grants, and nothing that goes on changing in a healthy synchronization. */
export interface Decision {
  v: 1;
  original: SynchronizationIdentity;
  created: SynchronizationIdentity;
  /** SHA-256 of the configuration as exported and as translated. */
  configuration: { exported: string; translated: string };
  /** SHA-256 over the names of the pairs of the translated issue data, sorted by key. */
  pairSet: string;
  pairs: number;
  /** SHA-256 of what the original left of its work in its own data. Absent in evidence of earlier versions. */
  traces?: string;
  /** Absent in evidence of earlier versions. */
  acting?: Acting;
  /** Classified findings: class → keys, sorted. */
  classes: Record<string, string[]>;
  acceptedRisks: AcceptedRisk[];
  /** Absent where the new configuration is the translated one. */
  deviations?: AcceptedDeviation[];
  /** Steps that rest on a person's word. */
  attested: StepName[];
  policy: PolicySnapshot;
  /** What was not read and rests on others, a sentence each. Absent where both sides were read. */
  notRead?: string[];
  /** How often approvals were spent without the original being gone. Another digest, so that no old approval counts again. */
  spent?: number;
  /** Names and sentences of the predicates that must hold: `predicateDefinitions()`. */
  predicates: string[];
}

/** How one step went, for the page. */
export interface StepTime {
  step: StepName;
  by: Extract<StepResult, { state: 'done' }>['by'];
  basis: 'read' | 'attested';
  /** Who did it, where a person did. */
  who?: string;
  /** ISO 8601 UTC. */
  started: string;
  ended?: string;
  note?: string;
}

/** Counts, times, samples. Everything here may differ at the next reading without meaning anything. */
export interface Observations {
  steps?: StepTime[];
  /** For example `issues checked`, `milliseconds without synchronization`. */
  counts?: Record<string, number>;
  /** For example `original stopped`, ISO 8601 UTC. */
  times?: Record<string, string>;
  /** What could not be read, and why: a partner's instance, a deployment without interface. */
  notRead?: string[];
  notes?: string[];
  /** What the translation changed. */
  changes?: MappingChange[];
  samples?: Record<string, string[]>;
}

export interface Evidence {
  decision: Decision;
  /** `decisionDigest(decision)`. */
  digest: string;
  predicates: Predicate[];
  observations: Observations;
  /** ISO 8601 UTC, the database's clock. */
  madeAt: string;
}

/** What travelled in one direction since the start. */
export interface Traffic {
  /** False where the configuration carries nothing this way. */
  applicable: boolean;
  /** Pairs whose messages of the resync arrived. */
  arrived: number;
  /** Keys that were resynced this way and did not arrive. */
  stuck: string[];
}

/** A partner whose Jira cannot be read, and what was compared with the file that it returned. */
export interface UnreadPartner {
  name: string;
  /** Absent: nothing was returned yet, or a person's word. */
  extract?: ExtractComparison;
}

/** Everything that verify read. The predicates are functions of this alone. */
export interface Observed {
  /** Of the new synchronization. */
  status: SynchronizationStatus;
  /** How this instance spells it (configuration); only STOPPED and IDLE are documented. */
  vocabulary: { stopped: string; running: string; idle: string };
  /** Each conflict as text. */
  conflicts: string[];
  expectedPairs: PairTable;
  /** Sync information of both connectors of the new synchronization. */
  live: PairTable;
  /** What one connector alone holds, or one of them twice, as sentences. */
  unmirrored: string[];
  /** Keys of paired issues that cannot be read, on old A too where A moved, and that no person has accepted. */
  unreadable: string[];
  /** Keys on B of issues that were born on old A after the copy, and are in no pair. */
  bornLateUnpaired: string[];
  /** Keys of issues that people made after the copy, or while nothing ran; in no pair, and no person has accepted that. */
  leftBehind: string[];
  /** Keys whose issue is not the one that was paired. */
  contradicted: string[];
  /** Keys of pairs whose summaries differed for longer than three intervals. */
  summaryMismatches: string[];
  /** Whether the configuration carries summaries as they are: else none was compared. */
  summariesCarried: boolean;
  /** `PA-1 <> PB-1: description`: changed by people since the copy, and still different. */
  fieldMismatches: string[];
  /** The same for changed fields of which nobody can tell whether both sides hold the same. */
  notCompared: string[];
  /** Whether the configuration carries comments at all: else nothing was compared. */
  commentsCarried: boolean;
  commentsMissing: string[];
  commentsDoubled: string[];
  /** Keys that look like a second copy of a paired issue. */
  duplicates: string[];
  /** The same, where another synchronization may hold them whose pairs cannot be read; no person has accepted that. */
  perhapsNeighbours: string[];
  created: {
    /** How many the plan foresaw and a person accepted. */
    forecast: number;
    /** Keys that the start created at the partner. */
    keys: string[];
  };
  original: {
    key: string;
    stopped: boolean;
    /** Identity and configuration equal the record. */
    same: boolean;
    /** Paths that differ. */
    differences: string[];
    /** What it left of its work, as a digest. */
    traces: string;
    /** Pairs (and members) whose traces are others than when it was recorded, and that no person has accepted. */
    moved: string[];
  };
  /** What people did on old A after the stop. Where nothing moved, old A is new A. */
  oldHome: {
    moved: boolean;
    /** How much, accepted or not. */
    found: number;
    /** What no person has accepted. */
    open: string[];
    /** All that an acceptance is about. */
    shows: unknown[];
    /** A person says that what was found was carried over all the same: nothing that was read shows it. */
    carried: boolean;
  };
  /** Files that were attached before the start, and that nothing carries; no person has accepted that. */
  filesLeft: string[];
  traffic: { aToB: Traffic; bToA: Traffic };
  /** Absent where both sides were read. */
  partner?: UnreadPartner;
}
