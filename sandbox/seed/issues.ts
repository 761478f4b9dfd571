/** The paired issues: what people wrote on one side days ago, and what the synchronization wrote on the other. */
import type { Entry } from '../backbone/model.ts';
import { addComment, changeFields, createIssue } from '../world/changes.ts';
import { fieldIdFor } from '../world/lookup.ts';
import type { Instance, Issue } from '../world/model.ts';
import type { Random } from '../world/random.ts';
import { valueFor } from '../world/values.ts';
import { PEOPLE_A, PEOPLE_B, SYNC_USER } from './catalogue.ts';
import { richMeanings } from './rich.ts';
import { descriptionText, referenceText, remarkText, summaryText } from './texts.ts';

const HOUR = 3_600_000;
const SYNC_DELAY = 7_000;

export interface SeededPair {
  a: Issue;
  b: Issue;
  /** Comments of both in the same order. */
  sentByA: number;
  sentByB: number;
  lastSentByA: number;
  lastSentByB: number;
  firstSync: number;
}

interface Sides {
  a: { instance: Instance; projectKey: string };
  b: { instance: Instance; projectKey: string };
}

/** Values by meaning, as ids of one instance. */
export function valuesFor(
  instance: Instance,
  meanings: Record<string, string>,
  projectKey?: string,
): Map<string, string> {
  const values = new Map<string, string>();
  for (const [meaning, value] of Object.entries(meanings)) {
    const fieldId = fieldIdFor(instance, meaning);
    const id = fieldId === undefined ? undefined : valueFor(instance, fieldId, value, projectKey);
    if (fieldId !== undefined && typeof id === 'string') values.set(fieldId, id);
  }
  return values;
}

/** One logical issue on both sides, with its past. `now` bounds it: nothing is later than five hours before. */
export function seedPair(
  sides: Sides,
  random: Random,
  { n, numberB, now, origin, rich }: { n: number; numberB: number; now: number; origin: string; rich: boolean },
): SeededPair {
  const bornOnA = random.next() < 0.6;
  const here = bornOnA ? sides.a : sides.b;
  const there = bornOnA ? sides.b : sides.a;
  const people = { a: PEOPLE_A, b: PEOPLE_B };
  let at = now - random.between(5, 30) * 24 * HOUR - random.between(0, 20 * 3600) * 1000;
  const step = () => {
    const later = at + random.between(600, 40_000) * 1000 + random.between(1, 999);
    // Near the bound acts follow each other closely, but never at the same moment.
    at = later < now - 6 * HOUR ? later : at + 10_000;
    return at;
  };
  const meanings = {
    issuetype: random.pick(['Bug', 'Bug', 'Task', 'Story']),
    status: 'To Do',
    priority: random.pick(['Highest', 'High', 'Medium', 'Low']),
    summary: summaryText(random),
    description: descriptionText(random),
    severity: random.pick(['Critical', 'Major', 'Minor', 'Trivial']),
    customerReference: referenceText(random),
    releaseNote: random.next() < 0.3 ? 'Nothing to note.' : 'See the hand book.',
    // Without chance, so that the world is the same with and without.
    ...(rich ? richMeanings(n) : {}),
  };
  const author = random.pick(bornOnA ? people.a : people.b);
  const make = (side: Sides['a'], by: string, when: number) =>
    createIssue(side.instance, {
      projectKey: side.projectKey,
      origin,
      by,
      at: when,
      values: valuesFor(side.instance, meanings, side.projectKey),
      number: side === sides.a ? n : numberB,
    });
  const first = make(here, author, at);
  const firstSync = at + SYNC_DELAY;
  const second = make(there, SYNC_USER, firstSync);
  const a = bornOnA ? first : second;
  const b = bornOnA ? second : first;
  const sent = { a: bornOnA ? 1 : 0, b: bornOnA ? 0 : 1 };
  const last = { a: bornOnA ? firstSync : 0, b: bornOnA ? 0 : firstSync };

  /** One person's act on one side, carried to the other a few seconds later. */
  const both = (onA: boolean, act: (instance: Instance, issue: Issue, by: string, when: number) => void) => {
    const when = step();
    const person = random.pick(onA ? people.a : people.b);
    act(onA ? sides.a.instance : sides.b.instance, onA ? a : b, person, when);
    act(onA ? sides.b.instance : sides.a.instance, onA ? b : a, SYNC_USER, when + SYNC_DELAY);
    sent[onA ? 'a' : 'b'] += 1;
    last[onA ? 'a' : 'b'] = when + SYNC_DELAY;
    at = when + SYNC_DELAY;
  };
  const changes: [string, string][] = [
    ['status', random.pick(['In Progress', 'In Review'])],
    ['priority', random.pick(['High', 'Medium', 'Low'])],
    ['summary', summaryText(random)],
    ['severity', random.pick(['Critical', 'Major', 'Minor'])],
  ];
  for (const [meaning, value] of changes.slice(0, random.between(1, changes.length))) {
    both(random.next() < 0.5, (instance, issue, by, when) => {
      changeFields(instance, issue, by, when, valuesFor(instance, { [meaning]: value }));
    });
  }
  for (let m = 1; m <= random.between(1, 4); m++) {
    const body = `${remarkText(random)} (${m})`;
    both(random.next() < 0.5, (instance, issue, by, when) => {
      addComment(instance, issue, { by, at: when, body, origin: `${origin}-comment-${m}` });
    });
  }
  return { a, b, sentByA: sent.a, sentByB: sent.b, lastSentByA: last.a, lastSentByB: last.b, firstSync };
}

/** Sync information of one side of a pair: outgoing of one side is incoming of the other. */
export function entryOf(pair: SeededPair, side: 'a' | 'b', connectorKey: string, id: number): Entry {
  const [local, remote] = side === 'a' ? [pair.a, pair.b] : [pair.b, pair.a];
  const [out, incoming] = side === 'a' ? [pair.sentByA, pair.sentByB] : [pair.sentByB, pair.sentByA];
  const [lastOut, lastIn] = side === 'a' ? [pair.lastSentByA, pair.lastSentByB] : [pair.lastSentByB, pair.lastSentByA];
  return {
    id,
    connectorKey,
    localIssueKey: local.key,
    remoteIssueKey: remote.key,
    firstSyncDate: pair.firstSync,
    lastOutgoingChange: lastOut,
    lastChangeSeen: local.updated,
    outgoingMessageSequenceId: out,
    lastIncomingChange: lastIn,
    incomingMessageSequenceId: incoming,
    comments: local.comments.map((comment) => ({ localId: comment.id })),
    incomingChangesIgnored: false,
  };
}
