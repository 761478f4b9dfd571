/** Synced issue data as any writer of JSON may write it: arbitraries for the tests, of texts and not of values. */
import fc from 'fast-check';

const space = fc.oneof({ weight: 4, arbitrary: fc.constant('') }, fc.stringMatching(/^[ \n\r\t]{1,3}$/));

/** A JSON text of this value; some of its characters are written as escapes. */
export const written = (value: string) =>
  fc.array(fc.nat(11), { minLength: value.length, maxLength: value.length }).map((how) => {
    const characters = Array.from({ length: value.length }, (_, n) => {
      const unit = value.charCodeAt(n);
      const escaped = `\\u${unit.toString(16).padStart(4, '0')}`;
      if (how[n] === 0) return escaped;
      if (how[n] === 1) return escaped.toUpperCase().replace('\\U', '\\u');
      if (how[n] === 2 && value[n] === '/') return '\\/';
      const lone = unit >= 0xd800 && unit <= 0xdfff;
      // Half of a pair is never beside a half that is written as an escape.
      return lone ? escaped : JSON.stringify(value[n]).slice(1, -1);
    });
    return `"${characters.join('')}"`;
  });

const text = fc.string({ unit: 'binary', maxLength: 8 });
/** Numbers that no double holds are among them. */
const number = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom(
    '-0',
    '0.10',
    '1E+3',
    '1e-7',
    '-12.50e2',
    '18446744073709551616',
    '1604663032918',
    `9${'0'.repeat(40)}`,
  ),
);

interface Raw {
  name: string;
  value: string;
}

const list = (values: readonly string[], spaces: readonly string[], [open, close]: readonly [string, string]) => {
  const padded = values.map((value, n) => `${spaces[n * 2] ?? ''}${value}${spaces[n * 2 + 1] ?? ''}`);
  return `${open}${padded.length === 0 ? (spaces[0] ?? '') : padded.join(',')}${close}`;
};

const spaces = fc.array(space, { minLength: 30, maxLength: 30 });
/** Mostly none, as most writers do. */
const sometimes = fc.oneof({ weight: 2, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: spaces });

const listOf = (value: fc.Arbitrary<string>, maxLength = 3) =>
  fc.tuple(fc.array(value, { maxLength }), sometimes).map(([values, around]) => list(values, around, ['[', ']']));

const objectOf = (members: fc.Arbitrary<Raw[]>) =>
  fc.tuple(members, sometimes, fc.tuple(space, space)).map(([all, around, [before, after]]) =>
    list(
      all.map(({ name, value }) => `${name}${before}:${after}${value}`),
      around,
      ['{', '}'],
    ),
  );

const { json } = fc.letrec<{ json: string; member: Raw }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(number, fc.constantFrom('true', 'false', 'null'), text.chain(written)),
    listOf(tie('json')),
    objectOf(fc.array(tie('member'), { maxLength: 3 })),
  ),
  member: fc.record({ name: text.chain(written), value: tie('json') }),
}));

const member = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<Raw> =>
  fc.record({ name: written(name), value });

/** Names that nobody reads, and that an object of JavaScript has all the same. */
const unknown = fc
  .oneof(fc.constantFrom('constructor', '__proto__', 'toString', 'LocalIssueKey', 'comment', 'id '), text)
  .filter((name) => !KNOWN.has(name));
const unknownMember = unknown.chain((name) => member(name, json));

const KNOWN = new Set([
  ...['id', 'connectorKey', 'localIssueKey', 'remoteIssueKey', 'comments', 'incomingChangesIgnored', 'localId'],
  ...['outgoingMessageSequenceId', 'incomingMessageSequenceId', 'lastIncomingChange', 'firstConnector'],
  ...['firstSyncDate', 'lastOutgoingChange', 'lastChangeSeen', 'secondConnector', 'remoteId'],
]);

export const commentId = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 30 }).map(String) },
  fc.constantFrom('4294967293', '4294967295', '007', 'a-1', 'ä', '18446744073709551616'),
);

const comment = objectOf(
  shuffled(
    [member('localId', commentId.chain(written))],
    [member('remoteId', fc.oneof(commentId.chain(written), number)), unknownMember],
  ),
);

/** `PA-1` and what resembles it: projects that begin alike, dashes, other numbers. */
export const issueKey = (projects: readonly string[]) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(fc.constantFrom(...projects), fc.integer({ min: 1, max: 20 })).map((k) => k.join('-')),
    },
    fc
      .tuple(
        fc.constantFrom(...projects, 'pa', 'P-A', 'PA-', '-', 'Ü', 'P.A', 'P_A', '𠮷'),
        fc.constantFrom('', '-', '-0', '-01', '-999999999', '-1000000000', '-4294967296', '-1x', '--3', '-٣'),
      )
      .map((parts) => parts.join('')),
  );

function shuffled(required: fc.Arbitrary<Raw>[], optional: fc.Arbitrary<Raw>[]): fc.Arbitrary<Raw[]> {
  return fc
    .tuple(
      fc.tuple(...required),
      fc.tuple(...optional.map((each) => fc.option(each, { freq: 2, nil: undefined }))),
      fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
    )
    .map(([some, others, order]) => {
      const all = [...some, ...others.filter((each) => each !== undefined)];
      return all
        .map((each, n) => ({ each, at: order[n] ?? 0 }))
        .sort((x, y) => x.at - y.at)
        .map(({ each }) => each);
    });
}

const key = (projects: readonly string[]) => issueKey(projects).chain(written);

export const entryText = (local: readonly string[], remote: readonly string[]) =>
  objectOf(
    shuffled(
      [
        member('connectorKey', fc.constantFrom('CON-48-PA', 'x', 'ä"').chain(written)),
        member('localIssueKey', key(local)),
        member('remoteIssueKey', key(remote)),
      ],
      [
        member('id', number),
        member('firstSyncDate', number),
        member('outgoingMessageSequenceId', number),
        member('incomingMessageSequenceId', number),
        member('lastIncomingChange', number),
        member('incomingChangesIgnored', fc.constantFrom('true', 'false')),
        member('comments', listOf(comment, 4)),
        unknownMember,
      ],
    ),
  );

const [PA, PB] = [
  ['PA', 'PAX', 'P-A'],
  ['PB', 'PA', 'P'],
];

export const listText = (first: boolean) => listOf(entryText(first ? PA : PB, first ? PB : PA), 5);

/** A whole file. */
export const fileText = fc
  .tuple(
    objectOf(
      shuffled([member('firstConnector', listText(true)), member('secondConnector', listText(false))], [unknownMember]),
    ),
    space,
    space,
  )
  .map((parts) => `${parts[1]}${parts[0]}${parts[2]}`);

/** Lengths of the pieces that it comes in. */
export const lengths = fc.oneof(
  fc.constant([1]),
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 10 }),
  fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 10 }).map((some) => [...some, 100]),
);

export function* cut(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  for (let [from, n] = [0, 0]; from < bytes.length; n++) {
    const length = lengths[n % lengths.length] ?? 1;
    yield bytes.subarray(from, from + length);
    from += length;
  }
}
