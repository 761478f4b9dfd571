import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisionDigest } from '../../src/evidence/decision.ts';
import {
  evaluatePredicates,
  PREDICATE_NAMES,
  type PredicateName,
  predicateDefinitions,
} from '../../src/evidence/predicates.ts';
import type { Observed } from '../../src/evidence/types.ts';
import { DEVIATION, decision, held, heldIn, observed, pairsOf } from './samples.ts';

type Defect = [PredicateName, string, string[], (seen: Observed) => void];

const defects: Defect[] = [
  [
    'pairs',
    'a pair is lost on both connectors',
    ['PA-2 <> PB-2'],
    (seen) => {
      seen.live = held(heldIn(seen.live).filter(({ first }) => first !== 'PA-2'));
    },
  ],
  [
    'mirrors',
    'a mirror is lost',
    ['PA-3 <> PB-3 is held by the first connector only'],
    (seen) => void seen.unmirrored.push('PA-3 <> PB-3 is held by the first connector only'),
  ],
  [
    'mirrors',
    'an issue is in two pairs',
    ['PA-1 is in more than one entry of one connector'],
    (seen) => void seen.unmirrored.push('PA-1 is in more than one entry of one connector'),
  ],
  ['readable', 'an issue cannot be read', ['PB-2'], (seen) => void seen.unreadable.push('PB-2')],
  ['bornLate', 'a late issue is in no pair', ['PB-9'], (seen) => void seen.bornLateUnpaired.push('PB-9')],
  ['witnesses', 'an issue is another one', ['PA-3'], (seen) => void seen.contradicted.push('PA-3')],
  [
    'changedFields',
    'a changed field goes on differing',
    ['PA-1 <> PB-1: description'],
    (seen) => void seen.fieldMismatches.push('PA-1 <> PB-1: description'),
  ],
  ['summaries', 'a summary goes on differing', ['PA-1'], (seen) => void seen.summaryMismatches.push('PA-1')],
  ['comments', 'a comment is missing', ['PB-1'], (seen) => void seen.commentsMissing.push('PB-1')],
  ['comments', 'a comment is doubled', ['PB-2'], (seen) => void seen.commentsDoubled.push('PB-2')],
  ['duplicates', 'an issue is doubled', ['PB-11'], (seen) => void seen.duplicates.push('PB-11')],
  ['forecast', 'more was created than forecast', ['PB-9', 'PB-10'], ({ created }) => void created.keys.push('PB-10')],
  [
    'running',
    'it is stopped',
    ['status STOPPED'],
    ({ status }) => void Object.assign(status ?? {}, { status: 'STOPPED' }),
  ],
  [
    'running',
    'a connector is offline',
    ['CON-2-PB'],
    ({ status }) => void Object.assign(status?.secondConnector ?? {}, { online: false }),
  ],
  [
    'running',
    'a route is stopped',
    ['CON-1-PA'],
    ({ status }) => void Object.assign(status?.firstConnector ?? {}, { outgoingRouteStatus: 'STOPPED' }),
  ],
  [
    'errors',
    'an issue is in error',
    ['CON-2-PB'],
    ({ status }) => void Object.assign(status?.secondConnector ?? {}, { issuesInError: 1 }),
  ],
  [
    'errors',
    'the number of errors is not in the answer',
    ['CON-1-PA'],
    ({ status }) => void Object.assign(status?.firstConnector ?? {}, { issuesInError: undefined }),
  ],
  [
    'conflicts',
    'the configuration has a conflict',
    ['{"message":"no field"}'],
    (seen) => void seen.conflicts.push('{"message":"no field"}'),
  ],
  [
    'originalStopped',
    'somebody started the original',
    ['INT-16'],
    ({ original }) => void Object.assign(original, { stopped: false }),
  ],
  [
    'originalUnchanged',
    'the original is a stranger',
    ['INT-16'],
    ({ original }) => void Object.assign(original, { same: false }),
  ],
  [
    'originalUnchanged',
    'the original was edited',
    ['filter.firstJql'],
    ({ original }) => void original.differences.push('filter.firstJql'),
  ],
  [
    'originalUntouched',
    'the original ran in between',
    ['PA-2 <> PB-2'],
    ({ original }) => void original.moved.push('PA-2 <> PB-2'),
  ],
  [
    'oldHome',
    'people worked on old A',
    ['jira-old/PA-2: summary changed'],
    ({ oldHome }) => void oldHome.open.push('jira-old/PA-2: summary changed'),
  ],
  [
    'files',
    'a file is on one side only',
    ['PA-3 of jira-new/PA: file photo.png'],
    ({ filesLeft }) => void filesLeft.push('PA-3 of jira-new/PA: file photo.png'),
  ],
  ['trafficAToB', 'a message from A is stuck', ['PA-2'], ({ traffic }) => void traffic.aToB.stuck.push('PA-2')],
  [
    'trafficBToA',
    'nothing arrives from B',
    ['nothing arrived'],
    ({ traffic }) => void Object.assign(traffic.bToA, { arrived: 0 }),
  ],
];

describe('the statements an approval stands on', () => {
  it('all hold for a sound synchronization', () => {
    const predicates = evaluatePredicates(observed());
    expect(predicates.map(({ name }) => name)).toEqual(PREDICATE_NAMES);
    expect(predicates.filter(({ holds }) => !holds)).toEqual([]);
    expect(predicates.flatMap(({ keys }) => keys)).toEqual([]);
  });

  it.each(defects)('%s: breaks when %s, alone, and names what breaks it', (name, _, keys, plant) => {
    const seen = observed();
    plant(seen);
    const broken = evaluatePredicates(seen).filter(({ holds }) => !holds);
    expect(broken.map((predicate) => predicate.name)).toEqual([name]);
    expect(broken[0]?.keys).toEqual(keys);
  });

  it('each has a defect that it is tested on', () => {
    expect(new Set(defects.map(([name]) => name))).toEqual(new Set(PREDICATE_NAMES));
  });

  it('break together as they break alone', () => {
    fc.assert(
      fc.property(fc.subarray(defects), (planted) => {
        const seen = observed();
        for (const [, , , plant] of planted) plant(seen);
        const broken = evaluatePredicates(seen).filter(({ holds }) => !holds);
        for (const [name] of planted) expect(broken.map((each) => each.name)).toContain(name);
        for (const { keys } of broken) expect(keys.length).toBeGreaterThan(0);
      }),
    );
  });

  it('ask for no traffic where the configuration carries none, or there are no pairs', () => {
    const oneWay = observed();
    oneWay.traffic.bToA = { applicable: false, arrived: 0, stuck: [] };
    expect(evaluatePredicates(oneWay).every(({ holds }) => holds)).toBe(true);
    const empty = { ...observed(), expectedPairs: held([]), live: held([]) };
    empty.traffic.aToB = { applicable: true, arrived: 0, stuck: [] };
    expect(evaluatePredicates(empty).every(({ holds }) => holds)).toBe(true);
  });

  it('let users pair new issues: more pairs than expected break nothing', () => {
    const seen = observed();
    seen.live = held(pairsOf(1, 2, 3, 40));
    expect(evaluatePredicates(seen).every(({ holds }) => holds)).toBe(true);
  });
});

it('says what was not compared, though nothing speaks against it', () => {
  const observedOf = (name: PredicateName, changes: Partial<ReturnType<typeof observed>>) =>
    evaluatePredicates({ ...observed(), ...changes }).find((predicate) => predicate.name === name);
  const seen = observedOf('changedFields', { notCompared: ['PA-1 <> PB-1: customfield_7'] });
  expect(seen).toMatchObject({ holds: true, observed: expect.stringContaining('1 cannot be compared (PA-1 <> PB-1') });
  expect(observedOf('summaries', { summariesCarried: false })?.observed).toMatch(/not carry them .* none was compared/);
  expect(observedOf('comments', { commentsCarried: false })?.observed).toMatch(/no comments, so none was compared/);
});

describe('the decision digest', () => {
  it('does not depend on the order of members or of lists that are sets', () => {
    const one = decision();
    const reordered = Object.fromEntries(Object.entries(one).toReversed()) as unknown as typeof one;
    reordered.classes = { ignored: [], present: ['PA-3', 'PA-1', 'PA-2'] };
    reordered.predicates = predicateDefinitions().toReversed();
    reordered.policy = { ...one.policy, approvers: one.policy.approvers.toReversed() };
    expect(decisionDigest(reordered)).toBe(decisionDigest(one));
    expect(decisionDigest(one)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('stays when the name of somebody who accepted a deviation is erased', () => {
    const { by: _, ...nameless } = DEVIATION;
    const [named, erased] = [DEVIATION, nameless].map((one) => decisionDigest({ ...decision(), deviations: [one] }));
    expect(erased).toBe(named);
  });

  it('changes with every member that is decided on', () => {
    const digests = new Set([decisionDigest(decision())]);
    const changes: ((one: ReturnType<typeof decision>) => void)[] = [
      (one) => void Object.assign(one.original, { created: '2025-01-01T00:00:00+0100' }),
      (one) => void Object.assign(one.created, { firstConnector: 'CON-9' }),
      (one) => void Object.assign(one.configuration, { exported: 'd'.repeat(64) }),
      (one) => void Object.assign(one.configuration, { translated: 'd'.repeat(64) }),
      (one) => void Object.assign(one, { pairSet: 'd'.repeat(64) }),
      (one) => void Object.assign(one, { traces: 'd'.repeat(64) }),
      (one) => void Object.assign(one, { pairs: 4 }),
      (one) => void Object.assign(one.classes, { ignored: ['PA-9'] }),
      (one) => void one.acceptedRisks.push({ id: 'gap', answer: 'accept' }),
      (one) => void Object.assign(one, { deviations: [DEVIATION] }),
      (one) => void Object.assign(one, { deviations: [{ ...DEVIATION, live: 'NONE' }] }),
      (one) => void Object.assign(one, { deviations: [{ ...DEVIATION, entry: 42 }] }),
      (one) => void one.attested.push('stopOriginal'),
      (one) => void Object.assign(one.policy, { required: 2 }),
      (one) => void one.predicates.pop(),
    ];
    for (const change of changes) {
      const one = decision();
      change(one);
      digests.add(decisionDigest(one));
    }
    expect(digests.size).toBe(changes.length + 1);
  });
});
