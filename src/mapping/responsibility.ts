/**
 * `sync.responsibilityConfiguration`: a custom field, and the options by which one side or the other is responsible. Its members are
 * not documented, so each part goes by whose id it is: the field is the connector's own, an option is one of that field, or else of
 * the other side.
 */
import {
  eachPlace,
  type JsonDocument,
  type Node,
  NotJson,
  nodeAt,
  parseDocument,
  renderDocument,
  setText,
  textOf,
} from './document.ts';
import { questionOf } from './nameInText.ts';
import { BOTH_SIDES, type TextContext } from './places.ts';
import type { SideName } from './references.ts';
import type { Reference, Resolver } from './resolve.ts';
import type { Suspicion } from './suspicion.ts';

type Sides = TextContext['sides'];

interface Part {
  name: string;
  id: string;
  node: Node;
  line: number;
}

/** What is suspicious at such a place. `undefined`: it is no such place, or none of its form. Empty: nothing is. */
export function responsibility(
  path: readonly string[],
  text: string,
  { root, sides }: TextContext,
): { found?: Suspicion } | undefined {
  const at = path.indexOf(BOTH_SIDES);
  if (at < 0) return undefined;
  if (at === path.length - 1) {
    const document = jsonIn(text);
    return document && ofText(document, sides, path);
  }
  const parts = partsIn(nodeAt(root, path.slice(0, at + 1)), undefined);
  const part = parts.find(({ node }) => node === nodeAt(root, path));
  if (!part) return undefined;
  const became = partThere(part, parts, sides, path);
  return became === undefined ? {} : { found: became };
}

function jsonIn(text: string): JsonDocument | undefined {
  try {
    const document = parseDocument(text);
    return document.root.kind === 'leaf' ? undefined : document;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

function ofText(document: JsonDocument, sides: Sides, path: readonly string[]): { found?: Suspicion } {
  const parts = partsIn(document.root, document.lineOf);
  const there = parts.map((part) => ({ part, became: partThere(part, parts, sides, path) }));
  const asked = there.flatMap(({ became }) => became ?? []);
  if (asked.length === 0) return {};
  const open = asked.filter(({ proposal }) => proposal === undefined);
  const waitsFor = open.flatMap((one) => one.waitsFor ?? []);
  for (const { part, became } of there) if (became?.proposal !== undefined) setText(part.node, became.proposal);
  return {
    found: {
      why: [...new Set(asked.map(({ why }) => why))].join(', and '),
      ...(open.length === 0 ? { proposal: renderDocument(document) } : {}),
      ...(open.every((one) => one.waitsFor) && waitsFor.length > 0 ? { waitsFor } : {}),
    },
  };
}

/** Fields and options, wherever they stand; of anything else there nothing is known. */
function partsIn(root: Node | undefined, lineOf: JsonDocument['lineOf'] = () => 1): Part[] {
  const parts: Part[] = [];
  if (root)
    eachPlace(
      root,
      () => false,
      ({ path, node, member }) => {
        const id = textOf(node);
        if (id !== undefined && /^(?:customfield_)?\d+$/.test(id))
          parts.push({ name: path.at(-1) ?? '', id, node, line: member ? lineOf(member.at) : 1 });
      },
    );
  return parts;
}

/** The connector's own side first. */
const inOrder = ([connector]: readonly string[]): SideName[] =>
  connector === 'secondConnector' ? ['second', 'first'] : ['first', 'second'];

/** `customfield_10105` of digits, too. */
const asField = (id: string): string => id.replace(/^(?=\d)/, 'customfield_');

const isField = ({ name, id }: Part): boolean => id.startsWith('customfield_') || /field/i.test(name);

/** Whose a part is on one of the instances: the first side that has it, as an option of the field that stands beside it if it can be. */
function ownerOf(
  which: 'old' | 'new',
  part: Part,
  parts: readonly Part[],
  resolvers: readonly Resolver[],
): { resolver: Resolver; reference: Reference } | undefined {
  const hasField = ({ side }: Resolver, id: string) => side[which].fields.some((one) => one.id === id);
  const ofField = (one: Part) => {
    const id = asField(one.id);
    const resolver = resolvers.find((each) => hasField(each, id));
    return resolver && { resolver, reference: { kind: 'field' as const, id } };
  };
  if (isField(part)) return ofField(part);
  const beside = parts.filter(isField).map(({ id }) => asField(id));
  for (const known of [true, false])
    for (const resolver of resolvers)
      for (const [field, options] of Object.entries(resolver.side[which].options))
        if (beside.includes(field) === known && options.some(({ id }) => id === part.id))
          return { resolver, reference: { kind: 'option', id: part.id, field } };
  return ofField(part);
}

/** What a part became; `undefined` where its side stayed. */
function partThere(part: Part, parts: readonly Part[], sides: Sides, path: readonly string[]): Suspicion | undefined {
  const resolvers = inOrder(path).map((side) => sides[side]);
  const owner = ownerOf('old', part, parts, resolvers);
  if (!owner) {
    const unread = resolvers.some(({ side }) => side.unread);
    return { why: `${nobodys(part)}${unread ? ' that can be read' : ''}` };
  }
  const { resolver, reference } = owner;
  if (resolver.side.sameInstance) return undefined;
  const why = part.id.startsWith('customfield_') ? 'it names a custom field by id' : 'it stands where option ids stand';
  const found = resolver.resolve(reference);
  if (found.state === 'settled')
    return {
      why,
      proposal: part.id.startsWith('customfield_') ? found.value : found.value.replace('customfield_', ''),
    };
  const { question } =
    found.state === 'asked'
      ? questionOf(found)
      : questionOf(resolver.resolve({ kind: 'field', id: reference.field ?? '' }));
  return { why, ...(question === undefined ? {} : { waitsFor: [question] }) };
}

const nobodys = ({ line, name, id, ...part }: Part): string =>
  `line ${line}: "${name}" is ${id}, which is ${isField({ line, name, id, ...part }) ? 'no field of either side' : 'an option of neither side'}`;

/** What is wrong with such a setting as an answer. */
export function responsibilityProblems(
  answer: string,
  { was, path, sides }: { was: string; path: readonly string[]; sides: Sides },
): string[] {
  const resolvers = inOrder(path).map((side) => sides[side]);
  if (resolvers.some(({ side }) => side.unread)) return [];
  const [document, before] = [jsonIn(answer), jsonIn(was)];
  if (!document || !before) return [];
  const [parts, old] = [partsIn(document.root, document.lineOf), partsIn(before.root)];
  return parts.flatMap((part) => {
    if (!ownerOf('new', part, parts, resolvers)) return [`${nobodys(part)}.`];
    const same = old.find(({ name, id }) => name === part.name && id === part.id);
    const became = same && partThere(same, old, sides, path);
    if (became?.proposal === undefined || became.proposal === part.id) return [];
    return [`line ${part.line}: "${part.name}" is still ${part.id}, which is ${became.proposal} there.`];
  });
}
