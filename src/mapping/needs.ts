/** What of the instances must be read to translate one configuration: kinds that few point at, and the users it names. */
import { valueKind } from './catalogue.ts';
import { eachPlace, type Node, nodeAt, type Place, parseDocument, textOf } from './document.ts';
import { wordsOfJql } from './jql.ts';
import { isIdentity, isServerAllotted, type ReferenceKind } from './references.ts';
import { kindByName } from './texts.ts';

export interface Needs {
  kinds: ReadonlySet<ReferenceKind>;
  /** Names or account ids, sorted. */
  users: string[];
}

const USER_CLAUSES = new Set(['assignee', 'reporter', 'creator', 'watcher', 'voter', 'by']);
const CLAUSE_KINDS: Readonly<Record<string, ReferenceKind>> = {
  resolution: 'resolution',
  component: 'component',
  fixversion: 'version',
  affectedversion: 'version',
};

/** Looks at system fields only: of a custom field the catalogue says what its values are, and users there are asked for. */
export function needsOf(configuration: unknown): Needs {
  const { root } = parseDocument(JSON.stringify(configuration));
  const kinds = new Set<ReferenceKind>();
  const users = new Set<string>();
  const add = (kind: ReferenceKind | undefined, text: string): void => {
    if (kind === undefined) return;
    kinds.add(kind);
    if (kind === 'user') users.add(text);
  };
  const look = ({ path, node }: Place): void => {
    const text = textOf(node);
    if (text === undefined || text === '') return;
    add(kindByName(path, text), text);
    if (/jql$/i.test(path.at(-1) ?? '')) {
      for (const word of wordsOfJql(text)) {
        if (word.role !== 'value') continue;
        add(USER_CLAUSES.has(word.of) ? 'user' : CLAUSE_KINDS[word.of], word.text);
      }
    }
    add(ofMappedField(root, path), text);
  };
  eachPlace(root, (at) => isIdentity(at) || isServerAllotted(at), look);
  return { kinds, users: [...users].sort() };
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
