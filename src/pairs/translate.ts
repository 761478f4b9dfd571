/** Synced issue data of the original → what the new synchronization is given. */
import type { SyncedIssueData, SyncInformation } from '../backbone/types.ts';
import { compareKeys, firstPair, type Pair, secondPair, sortByKeys, sortPairs } from './keys.ts';
import { PairMap } from './pairMap.ts';

export type Side = 'first' | 'second';

/** Old issue key → old comment id → new comment id, or `null` where the new instance has no such comment. */
export type CommentIds = Record<string, Record<string, string | null>>;

export interface IssueDataInput {
  data: SyncedIssueData;
  swapped: boolean;
  /** Of the new synchronization. */
  connectorKeys: { first: string; second: string };
  /** Asked with the old keys in the new orientation: `first` is A. */
  keep: (pair: Pair) => boolean;
  /** The new key of an issue, by side of the new synchronization, where project keys changed. */
  renameLocal?: (side: Side, key: string) => string;
  /** By side of the new synchronization. `null`: the side did not move, ids stay. */
  comments: { first: CommentIds | null; second: CommentIds | null };
}

export interface DroppedComment {
  side: Side;
  /** Old key. */
  issueKey: string;
  localId: string;
}

export interface TranslatedIssueData {
  data: SyncedIssueData;
  /** Old keys, new orientation. */
  dropped: Pair[];
  /** A comment without a counterpart would be taken for another one; Backbone sees it as new instead. */
  droppedComments: DroppedComment[];
}

/** Dates, sequence ids and unknown members are kept; `id` is the old database's and goes. Sorted by local key. */
export function translateIssueData(input: IssueDataInput): TranslatedIssueData {
  const { firstConnector, secondConnector } = input.data;
  const dropped = new PairMap<Pair>();
  const droppedComments: DroppedComment[] = [];
  const translateSide = (side: Side, entries: SyncInformation[]): SyncInformation[] => {
    const kept: SyncInformation[] = [];
    for (const entry of entries) {
      const pair = side === 'first' ? firstPair(entry) : secondPair(entry);
      if (input.keep(pair)) kept.push(translateEntry(entry, side, input, droppedComments));
      else dropped.set(pair.first, pair.second, pair);
    }
    return sortByKeys(
      kept,
      ({ localIssueKey }) => localIssueKey,
      ({ remoteIssueKey }) => remoteIssueKey,
    );
  };
  const first = translateSide('first', input.swapped ? secondConnector : firstConnector);
  const second = translateSide('second', input.swapped ? firstConnector : secondConnector);
  return {
    data: { firstConnector: first, secondConnector: second },
    dropped: sortPairs(dropped.values()),
    droppedComments: droppedComments.sort(
      (x, y) => compareKeys(x.issueKey, y.issueKey) || compareKeys(x.side, y.side) || compareKeys(x.localId, y.localId),
    ),
  };
}

function translateEntry(
  entry: SyncInformation,
  side: Side,
  input: IssueDataInput,
  droppedComments: DroppedComment[],
): SyncInformation {
  const other: Side = side === 'first' ? 'second' : 'first';
  const rename = input.renameLocal ?? ((_side: Side, key: string) => key);
  const { id: _id, ...rest } = entry;
  const translated: SyncInformation = {
    ...rest,
    connectorKey: input.connectorKeys[side],
    localIssueKey: rename(side, entry.localIssueKey),
    remoteIssueKey: rename(other, entry.remoteIssueKey),
  };
  if (entry.comments === undefined) return translated;
  translated.comments = entry.comments.flatMap((comment) => {
    const localId = counterpart(input.comments[side], entry.localIssueKey, comment.localId);
    // `remoteId` is not documented. Where it is present it is the partner's comment, in the partner's ids.
    const { remoteId } = comment;
    const partner =
      typeof remoteId === 'string' ? counterpart(input.comments[other], entry.remoteIssueKey, remoteId) : undefined;
    if (localId === null || partner === null) {
      droppedComments.push({ side, issueKey: entry.localIssueKey, localId: comment.localId });
      return [];
    }
    return [{ ...comment, localId, ...(partner === undefined ? {} : { remoteId: partner }) }];
  });
  return translated;
}

function counterpart(ids: CommentIds | null, issueKey: string, id: string): string | null {
  if (ids === null) return id;
  const ofIssue = Object.hasOwn(ids, issueKey) ? ids[issueKey] : undefined;
  return ofIssue !== undefined && Object.hasOwn(ofIssue, id) ? (ofIssue[id] ?? null) : null;
}
