/** The statements that must hold before the original may be deleted: pure functions of what was read. */
import { listed } from '../contract/text.ts';
import { pairsWithout } from '../pairs/compare.ts';
import { pairName } from '../pairs/keys.ts';
import type { Observed, Predicate, Traffic } from './types.ts';
import { asFarAsRead } from './unreadPartner.ts';

type Reading = Omit<Predicate, 'name' | 'sentence'>;

interface Rule {
  sentence: string;
  read: (observed: Observed) => Reading;
}

/** Holds when nothing breaks it. */
const none = (keys: string[], noun: string): Reading => ({
  holds: keys.length === 0,
  keys,
  observed: keys.length === 0 ? `no ${noun}` : `${keys.length} ${noun}`,
});

const SHOWN = 8;

const RULES = {
  pairs: {
    sentence: 'Every pair of the translated issue data is held by the new synchronization.',
    read: ({ expectedPairs, live }) => {
      const missing = pairsWithout(expectedPairs, live);
      return {
        ...none(missing.map(pairName), 'pairs missing'),
        ...(missing.length === 0 ? { observed: `${expectedPairs.size} of ${expectedPairs.size} pairs` } : {}),
      };
    },
  },
  mirrors: {
    sentence: 'Every pair is held once by each of the two connectors.',
    read: ({ unmirrored }) => none(unmirrored, 'entries without mirror or doubled'),
  },
  readable: {
    sentence:
      'Every paired issue can be read on both sides, and on the old home where A moved, or a person accepted that it cannot.',
    read: ({ unreadable }) => none(unreadable, 'unreadable issues'),
  },
  bornLate: {
    sentence:
      'Every issue that was born on the old home after the copy is paired anew; every one that was born while nothing ran is paired, or a person accepted that it is not.',
    read: ({ bornLateUnpaired, leftBehind }) => none([...bornLateUnpaired, ...leftBehind], 'issues in no pair'),
  },
  witnesses: {
    sentence:
      'Every paired issue is the issue that was paired: created and reporter agree with what was read before pairing.',
    read: ({ contradicted }) => none(contradicted, 'contradictions'),
  },
  summaries: {
    sentence: 'No summaries of a pair differ for longer than three intervals.',
    read: ({ summariesCarried, summaryMismatches }) => ({
      ...none(summaryMismatches, 'lasting differences'),
      ...(summariesCarried
        ? {}
        : { observed: 'the configuration does not carry them as they are, so none was compared' }),
    }),
  },
  changedFields: {
    sentence:
      'Every field that people changed since the copy, or since the stop, is the same on both sides, and holds the newest change.',
    read: ({ fieldMismatches, notCompared }) => {
      const reading = none(fieldMismatches, 'lasting differences');
      if (notCompared.length === 0) return reading;
      const some = listed(notCompared, SHOWN).join(', ');
      return { ...reading, observed: `${reading.observed}; ${notCompared.length} cannot be compared (${some})` };
    },
  },
  comments: {
    sentence: 'No comment is missing or doubled on a paired issue.',
    read: ({ commentsCarried, commentsMissing, commentsDoubled }) => ({
      holds: commentsMissing.length + commentsDoubled.length === 0,
      keys: [...new Set([...commentsMissing, ...commentsDoubled])],
      observed: commentsCarried
        ? `missing on ${commentsMissing.length} issues, doubled on ${commentsDoubled.length}`
        : 'the configuration carries no comments, so none was compared',
    }),
  },
  duplicates: {
    sentence: 'No issue was duplicated.',
    read: ({ duplicates, perhapsNeighbours }) => none([...duplicates, ...perhapsNeighbours], 'duplicates'),
  },
  forecast: {
    sentence: 'The start created no more issues than were forecast.',
    read: ({ created: { forecast, keys } }) => ({
      holds: keys.length <= forecast,
      keys: keys.length <= forecast ? [] : keys,
      observed: `${keys.length} created, ${forecast} forecast`,
    }),
  },
  running: {
    sentence: 'The new synchronization runs: both connectors are online and their routes run.',
    read: readRunning,
  },
  errors: {
    sentence: 'No issue is in error on either side.',
    read: readErrors,
  },
  conflicts: {
    sentence:
      'The new configuration is the translated one but for what a person accepted, and the instance reports no conflict in it.',
    read: ({ conflicts }) => none(conflicts, 'conflicts'),
  },
  originalStopped: {
    sentence: 'The original is stopped.',
    read: ({ original }) => ({
      holds: original.stopped,
      keys: original.stopped ? [] : [original.key],
      observed: original.stopped ? `${original.key} is stopped` : `${original.key} is not stopped`,
    }),
  },
  originalUnchanged: {
    sentence: 'The original is the recorded one, and its configuration is the exported one.',
    read: ({ original: { key, same, differences } }) => ({
      holds: same && differences.length === 0,
      keys: same && differences.length === 0 ? [] : differences.length > 0 ? differences : [key],
      observed: same && differences.length === 0 ? `${key} is unchanged` : `${key} differs from the record`,
    }),
  },
  originalUntouched: {
    sentence:
      'The original has carried nothing since its issue data was recorded, or a person accepted what it carried.',
    read: ({ original: { key, moved } }) => ({
      ...none(moved, 'traces of work'),
      ...(moved.length === 0 ? { observed: `${key} left no trace that was not recorded or accepted` } : {}),
    }),
  },
  oldHome: {
    sentence:
      'Whatever people did on the old home after the original was stopped is on the other side too, or a person said what becomes of it.',
    read: ({ oldHome: { moved, found, open, carried } }) => ({
      ...none(open, 'deeds on the old home'),
      ...(open.length === 0
        ? { observed: moved ? oldHomeText(found, carried) : 'A did not move, so the old home is the new one' }
        : {}),
    }),
  },
  files: {
    sentence:
      'Every file that people attached while neither synchronization ran is on the other side too where files are carried, or a person said what becomes of it.',
    read: ({ filesLeft }) => none(filesLeft, 'files on one side only'),
  },
  trafficAToB: {
    sentence: 'Changes travel from A to B.',
    read: ({ traffic: { aToB }, expectedPairs }) => readTraffic(aToB, expectedPairs.size),
  },
  trafficBToA: {
    sentence: 'Changes travel from B to A.',
    read: ({ traffic: { bToA }, expectedPairs }) => readTraffic(bToA, expectedPairs.size),
  },
} satisfies Record<string, Rule>;

export type PredicateName = keyof typeof RULES;

const RULE_OF: Readonly<Record<PredicateName, Rule>> = RULES;
export const PREDICATE_NAMES = Object.keys(RULES) as PredicateName[];

function oldHomeText(found: number, carried: boolean): string {
  if (found === 0) return 'nothing that is not on the other side';
  return carried
    ? `${found} not found on the other side; that they were carried over rests on a person's word`
    : `${found} only there, and a person accepted that they stay there`;
}

export function evaluatePredicates(observed: Observed): Predicate[] {
  return PREDICATE_NAMES.map((name) => ({
    name,
    sentence: RULES[name].sentence,
    ...asFarAsRead(name, RULE_OF[name].read(observed), observed),
  }));
}

/** For the decision: which statements an approval stands on. A change of wording changes the digest, and that is meant. */
export const predicateDefinitions = (): string[] => PREDICATE_NAMES.map((name) => `${name}: ${RULES[name].sentence}`);

function readRunning({ status, vocabulary }: Observed): Reading {
  const connectors = [status.firstConnector, status.secondConnector];
  // Busy has no documented name. So routes must run, and processing may be anything but stopped.
  const broken = connectors.filter(
    (connector) =>
      !connector.online ||
      connector.incomingRouteStatus !== vocabulary.running ||
      connector.outgoingRouteStatus !== vocabulary.running ||
      connector.incomingProcessingStatus === vocabulary.stopped ||
      connector.outgoingProcessingStatus === vocabulary.stopped,
  );
  const runs = status.status === vocabulary.running;
  return {
    holds: runs && broken.length === 0,
    keys: [...(runs ? [] : [`status ${status.status}`]), ...broken.map(({ connectorKey }) => connectorKey)],
    observed: connectors.reduce(
      (text, { connectorKey, online, incomingRouteStatus, outgoingRouteStatus }) =>
        `${text}; ${connectorKey} ${online ? 'online' : 'offline'}, in ${incomingRouteStatus}, out ${outgoingRouteStatus}`,
      status.status,
    ),
  };
}

function readErrors({ status }: Observed): Reading {
  const connectors = [status.firstConnector, status.secondConnector];
  return {
    // Not `> 0`: an answer without the number must not pass for none.
    holds: connectors.every(({ issuesInError }) => issuesInError === 0),
    keys: connectors.filter(({ issuesInError }) => issuesInError !== 0).map(({ connectorKey }) => connectorKey),
    observed: connectors.map(({ connectorKey, issuesInError }) => `${connectorKey}: ${issuesInError}`).join(', '),
  };
}

function readTraffic({ applicable, arrived, stuck }: Traffic, pairs: number): Reading {
  if (!applicable) return { holds: true, keys: [], observed: 'nothing was to be resynced this way' };
  const silent = arrived === 0 && pairs > 0 && stuck.length === 0;
  return {
    holds: stuck.length === 0 && !silent,
    keys: silent ? ['nothing arrived'] : stuck,
    observed: `${arrived} pairs arrived, ${stuck.length} did not`,
  };
}
