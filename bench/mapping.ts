/**
 * Translating one configuration of 2,000 references between instances with 2,000 fields each, in JSON text and out again, beside
 * `JSON.parse` of the same bytes in the same run; and reading a large configuration in which little is to translate.
 */
import type { Catalogue, SideCatalogues } from '../src/mapping/catalogue.ts';
import { translateText } from '../src/mapping/translate.ts';

const REFERENCES = 2000;
const RUNS = 20;
const SELECT = 'com.atlassian.jira.plugin.system.customfieldtypes:select';

/** Ids depend on the offset, names do not. Each field has ten options. */
function catalogue(offset: number, word = 'Field'): Catalogue {
  const numbers = Array.from({ length: REFERENCES }, (_, n) => n);
  const fields = numbers.map((n) => ({
    id: `customfield_${10_000 + offset + n}`,
    name: `${word} number ${n}`,
    custom: true,
    type: SELECT,
  }));
  const options = (field: number) =>
    Array.from({ length: 10 }, (_, n) => ({
      id: String(100_000 + offset + field * 10 + n),
      value: `Choice ${n}`,
      disabled: false,
    }));
  return {
    issueTypes: [],
    fields,
    options: Object.fromEntries(fields.map(({ id }, n) => [id, options(n)])),
    statuses: numbers.map((n) => ({ id: String(500_000 + offset + n), name: `Status ${n}`, category: 'new' })),
    priorities: [],
  };
}

const side = (old: Catalogue, now: Catalogue): SideCatalogues => ({
  old,
  new: now,
  sameInstance: false,
  oldInstance: 'jira-old',
  newInstance: 'jira-new',
});

/** Half of the references are fields, half options of them; the other side stayed. */
function configuration(mappings: number, unknownBytes: number): string {
  return JSON.stringify({
    firstConnector: { connectorKey: 'CON-1-PA', projectKey: 'PA' },
    secondConnector: { connectorKey: 'CON-2-PB', projectKey: 'PB' },
    fieldMappings: Array.from({ length: mappings }, (_, n) => ({
      id: `fm-${n}`,
      direction: 'EACH_OTHER',
      type: 'correlation',
      firstFieldId: `customfield_${10_000 + n}`,
      values: [{ firstOptionId: String(100_000 + n * 10) }],
    })),
    others: Array.from({ length: Math.ceil(unknownBytes / 100) }, (_, n) => ({
      name: `entry ${n}`,
      text: 'A member that nobody knows, which is kept as it was written.',
      on: true,
    })),
  });
}

export async function mapping(): Promise<unknown> {
  const [old, now] = [catalogue(0), catalogue(1_000_000)];
  const stayed = { ...side(old, old), sameInstance: true, oldInstance: 'jira-b', newInstance: 'jira-b' };
  const task = {
    swapped: false,
    sides: { first: side(old, now), second: stayed },
    projectKeys: { first: 'PA', second: 'PB' },
    decided: {},
  };
  const renamed = { ...task, sides: { first: side(old, catalogue(2_000_000, 'Other')), second: stayed } };
  const small = configuration(REFERENCES / 2, 0);
  const large = configuration(REFERENCES / 2, 50_000_000);
  const once = translateText(small, task);
  return {
    references: once.changes.length,
    questions: once.questions.length,
    fieldsOfEachInstance: REFERENCES,
    translate: ms(() => translateText(small, task)),
    jsonParseOfTheSame: ms(() => JSON.parse(small)),
    everyFieldInQuestion: {
      questions: translateText(small, renamed).questions.length,
      translate: ms(() => translateText(small, renamed), 5),
    },
    large: {
      megabytes: Math.round(large.length / 1e6),
      translate: ms(() => translateText(large, task), 3),
      jsonParseOfTheSame: ms(() => JSON.parse(large), 3),
      residentMegabytes: Math.round(process.memoryUsage().rss / 1e6),
    },
  };
}

/** Median and worst, in milliseconds. */
function ms(act: () => unknown, runs = RUNS): { median: number; worst: number } {
  const times = Array.from({ length: runs }, () => {
    const began = performance.now();
    act();
    return performance.now() - began;
  }).sort((x, y) => x - y);
  const round = (time = Number.NaN) => Math.round(time * 10) / 10;
  return { median: round(times[Math.floor(runs / 2)]), worst: round(times.at(-1)) };
}
