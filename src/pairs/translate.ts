/**
 * Synced issue data of the original → what the new synchronization is given, as a stream. Of each entry only what means something
 * on one instance is written anew: connector key, issue keys of a renamed project, comment ids; `id` is the old database's row and
 * goes. Everything else, unknown members too, comes out byte for byte.
 */
import type { SyncedIssueData } from '../backbone/types.ts';
import { CLOSE_LIST, COMMA, QUOTE, skipSpace } from './bytes.ts';
import type { CommentIds } from './commentIds.ts';
import {
  COMMENTS,
  CONNECTOR_KEY,
  type Entry,
  ID,
  LOCAL_ISSUE_KEY,
  otherOf,
  type Place,
  REMOTE_ISSUE_KEY,
  type Side,
} from './entry.ts';
import { parseExactly } from './exact.ts';
import { IssueKeys } from './issueKeys.ts';
import { Output } from './output.ts';
import { type EntryVisitor, scanning } from './scanner.ts';
import type { PairTable } from './table.ts';
import { translateComments } from './translateComments.ts';

export interface Rename {
  from: string;
  to: string;
}

export interface IssueDataInput {
  /** The first connector of the data is the second of the new synchronization. */
  swapped: boolean;
  /** Of the new synchronization. */
  connectorKeys: Record<Side, string>;
  /** The pairs that are kept, with their old keys, in the new orientation. Absent: all. */
  keep?: PairTable;
  /** By side of the new synchronization, where a project has another key now. An issue keeps its number. */
  projects?: Partial<Record<Side, Rename>>;
  /** By side of the new synchronization. Absent: the side did not move, ids stay. */
  comments?: Partial<Record<Side, CommentIds>>;
  /** A comment that was left out: it would be taken for another one; Backbone sees it as new instead. */
  leftOut?: (comment: LeftOutComment) => void;
}

export interface LeftOutComment {
  side: Side;
  /** Old key. */
  issueKey: string;
  localId: string;
}

export interface Translated {
  /** Entries of each connector of the new synchronization. */
  entries: Record<Side, number>;
  /** Entries that are not of kept pairs. */
  dropped: number;
}

/** Yields the translated file, each piece until the next one is asked for; returns what it counted. */
export async function* translateIssueData(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  input: IssueDataInput,
): AsyncGenerator<Buffer, Translated> {
  const keys = input.keep?.keys ?? new IssueKeys();
  const translation = new Translation(input, keys);
  for await (const _ of scanning(source, translation, { keys })) yield* translation.output.take();
  translation.output.text('}');
  yield* translation.output.end();
  return translation.counted;
}

/** The same for the few that are objects already. */
export async function translateEntries(data: SyncedIssueData, input: IssueDataInput): Promise<SyncedIssueData> {
  const pieces: Buffer[] = [];
  for await (const piece of translateIssueData([Buffer.from(JSON.stringify(data))], input))
    pieces.push(Buffer.from(piece));
  return parseExactly(Buffer.concat(pieces).toString('utf8'));
}

class Translation implements EntryVisitor {
  readonly output = new Output();
  readonly counted: Translated = { entries: { first: 0, second: 0 }, dropped: 0 };
  readonly #keys: IssueKeys;
  readonly #input: IssueDataInput;
  readonly #connectors: Record<Side, Buffer>;
  #members = 0;
  #entries = 0;
  readonly #prefixes = new Map<string, Buffer>();
  /** Places to edit, in order. */
  readonly #edits: Place[] = [];

  constructor(input: IssueDataInput, keys: IssueKeys) {
    this.#input = input;
    this.#keys = keys;
    const { first, second } = input.connectorKeys;
    this.#connectors = { first: Buffer.from(JSON.stringify(first)), second: Buffer.from(JSON.stringify(second)) };
  }

  open(side: Side): void {
    this.#separate();
    this.output.text(`"${this.#side(side)}Connector":[`);
    this.#entries = 0;
  }

  close(): void {
    this.output.byte(CLOSE_LIST);
  }

  other(bytes: Buffer, from: number, to: number): void {
    this.#separate();
    this.output.copy(bytes, from, to);
  }

  entry(entry: Entry): void {
    const { keep } = this.#input;
    const side = this.#side(entry.side);
    if (keep) {
      const row = side === 'first' ? keep.find(entry.local, entry.remote) : keep.find(entry.remote, entry.local);
      if (row < 0) {
        this.counted.dropped++;
        return;
      }
    }
    if (this.#entries++ > 0) this.output.byte(COMMA);
    this.output.byte(0x0a);
    this.counted.entries[side]++;
    this.#translate(entry, side);
  }

  #separate(): void {
    this.output.text(this.#members++ === 0 ? '{' : ',\n');
  }

  #side(side: Side): Side {
    return this.#input.swapped ? otherOf(side) : side;
  }

  #translate(entry: Entry, side: Side): void {
    const { output } = this;
    const { bytes } = entry;
    const [id, connectorKey, local, remote, list] = [
      entry.places[ID] as Place,
      entry.places[CONNECTOR_KEY] as Place,
      entry.places[LOCAL_ISSUE_KEY] as Place,
      entry.places[REMOTE_ISSUE_KEY] as Place,
      entry.places[COMMENTS] as Place,
    ];
    const { comments, projects } = this.#input;
    const edits = this.#edits;
    edits.length = 0;
    inOrder(edits, connectorKey);
    if (id.name >= 0) inOrder(edits, id);
    if (projects) {
      inOrder(edits, local);
      inOrder(edits, remote);
    }
    if (comments && entry.comments.count > 0) inOrder(edits, list);
    let at = entry.from;
    for (let n = 0; n < edits.length; n++) {
      const place = edits[n] as Place;
      if (place === id) {
        at = this.#withoutMember(bytes, at, place, entry.to);
        continue;
      }
      output.copy(bytes, at, place.from);
      at = place.to;
      if (place === connectorKey) output.bytes(this.#connectors[side]);
      else if (place === list) {
        translateComments(output, entry, { own: comments?.[side], others: comments?.[otherOf(side)] }, (localId) =>
          this.#input.leftOut?.({ side, issueKey: this.#keys.keyOf(entry.local), localId }),
        );
      } else if (place === local) this.#key(bytes, place, entry.local, projects?.[side]);
      else this.#key(bytes, place, entry.remote, projects?.[otherOf(side)]);
    }
    output.copy(bytes, at, entry.to);
  }

  /** Copies up to the member, and returns where what follows it begins. */
  #withoutMember(bytes: Buffer, at: number, { name, to }: Place, end: number): number {
    const next = skipSpace(bytes, to, end);
    if (bytes[next] === COMMA) {
      this.output.copy(bytes, at, name);
      return skipSpace(bytes, next + 1, end);
    }
    // The last one: the comma before it goes with it. There is one, since other members are required.
    this.output.copy(bytes, at, bytes.lastIndexOf(COMMA, name));
    return to;
  }

  /** Only the part before the number is another. */
  #key(bytes: Buffer, { from, to }: Place, code: number, rename: Rename | undefined): void {
    if (!rename || !this.#keys.isOf(code, rename.from)) {
      this.output.copy(bytes, from, to);
      return;
    }
    this.output.bytes(this.#prefix(rename.to));
    this.output.digits(this.#keys.numberOf(code));
    this.output.byte(QUOTE);
  }

  /** `"PX-`, as it is written. */
  #prefix(project: string): Buffer {
    const known = this.#prefixes.get(project);
    if (known) return known;
    const prefix = Buffer.from(JSON.stringify(`${project}-`).slice(0, -1));
    this.#prefixes.set(project, prefix);
    return prefix;
  }
}

/** Inserts by where it stands; there are five at most. */
function inOrder(places: Place[], place: Place): void {
  let n = places.length;
  for (; n > 0 && (places[n - 1] as Place).name > place.name; n--) places[n] = places[n - 1] as Place;
  places[n] = place;
}
