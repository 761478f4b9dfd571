/** What of the instances must be read to translate one configuration: kinds that few point at, and the users it names. */
import { valueKind } from './catalogue.ts';
import { eachPlace, type Node, nodeAt, type Place, parseDocument, textOf } from './document.ts';
import { wordsOfJql } from './jql.ts';
import { isIdentity, isServerAllotted, type ReferenceKind, type SideName } from './references.ts';
import { swapNode } from './swap.ts';
import { kindByName, possibleSides } from './texts.ts';

export interface Needs {
  kinds: ReadonlySet<ReferenceKind>;
  /** Names or account ids by side of the new synchronization, sorted. */
  users: Readonly<Record<SideName, string[]>>;
}

const USER_CLAUSES = new Set(['assignee', 'reporter', 'creator', 'watcher', 'voter', 'by']);
const CLAUSE_KINDS: Readonly<Record<string, ReferenceKind>> = {
  resolution: 'resolution',
  component: 'component',
  fixversion: 'version',
  affectedversion: 'version',
};

/** Looks at system fields only: of a custom field the catalogue says what its values are, and users there are asked for. */
export function needsOf(configuration: unknown, swapped = false): Needs {
  const { root } = parseDocument(JSON.stringify(configuration));
  if (swapped) swapNode(root);
  const kinds = new Set<ReferenceKind>();
  const users = { first: new Set<string>(), second: new Set<string>() };
  const add = (path: readonly string[], kind: ReferenceKind | undefined, text: string): void => {
    if (kind === undefined) return;
    kinds.add(kind);
    if (kind === 'user') for (const side of possibleSides(path)) users[side].add(text);
  };
  const look = ({ path, node }: Place): void => {
    const text = textOf(node);
    if (text === undefined || text === '') return;
    add(path, kindByName(path, text), text);
    if (/jql$/i.test(path.at(-1) ?? '')) {
      for (const word of wordsOfJql(text)) {
        if (word.role !== 'value') continue;
        add(path, USER_CLAUSES.has(word.of) ? 'user' : CLAUSE_KINDS[word.of], word.text);
      }
    }
    add(path, ofMappedField(root, path), text);
  };
  eachPlace(root, (at) => isIdentity(at) || isServerAllotted(at), look);
  return { kinds, users: { first: [...users.first].sort(), second: [...users.second].sort() } };
}

const NO_FIELDS = { issueTypes: [], fields: [], options: {}, statuses: [], priorities: [] };

function ofMappedField(root: Node, path: readonly string[]): ReferenceKind | undefined {
  const name = path.at(-1) ?? '';
  const [top, at] = path;
  const inValues = top === 'fieldMappings' && /^(first|second)OptionId$/.test(name);
  if (!inValues || at === undefined) return undefined;
  const field = textOf(nodeAt(root, [top, at, name.replace('OptionId', 'FieldId')]));
  return field === undefined ? undefined : valueKind(NO_FIELDS, field);
}
