/**
 * The worst that somebody can write, fed to what meets texts of others: four times as much may take a little more than four times as
 * long, and not sixteen times. The sizes grow, so that what is worse than that fails long before it has to read 1 MB.
 */
import { describe, expect, it } from 'vitest';
import { readYaml } from '../../src/config/document.ts';
import { repeatedIn, withoutTrailing } from '../../src/contract/text.ts';
import { ownMessage } from '../../src/http/answer.ts';
import { beyond } from '../../src/http/proportions.ts';
import { Redactor } from '../../src/http/redactor.ts';
import { waitOf429 } from '../../src/http/retryAfter.ts';
import { documentText } from '../../src/jira/document.ts';
import { jiraAt } from '../../src/jira/identity.ts';
import { moment } from '../../src/jira/shapes.ts';
import { namedValues } from '../../src/mapping/conflicts.ts';
import { isMappingQuestion, readDecisions } from '../../src/mapping/decisions.ts';
import { parseDocument } from '../../src/mapping/document.ts';
import { readIdMappingFile } from '../../src/mapping/idMappingFile.ts';
import { wordsOfJql } from '../../src/mapping/jql.ts';
import { jqlProblem } from '../../src/mapping/jqlSyntax.ts';
import { baseName, rootName } from '../../src/mapping/names.ts';
import { readComments } from '../../src/pairs/commentList.ts';
import { matchComments, missingThere, notCarried } from '../../src/pairs/comments.ts';
import { EntryScanner } from '../../src/pairs/scanner.ts';
import { readExtract } from '../../src/partner/extract.ts';
import { plain } from '../../src/report/markdown.ts';
import { expectSteady, fill } from './growth.ts';

const numbered = (length: number, line: (n: number) => string): string => {
  const lines: string[] = [];
  for (let n = 0, size = 0; size < length; n++) {
    lines.push(line(n));
    size += lines[n]?.length ?? 0;
  }
  return lines.join('\n');
};
const bytes = (text: string): Uint8Array => Buffer.from(text);
const file = (text: string) => ({ name: 'handed-in.csv', bytes: bytes(text) });
const refusal = (text: string) => ({ status: 400, headers: {}, bytes: bytes(text) });

const cases: [string, (length: number) => string, (text: string) => unknown][] = [
  ['an address of slashes', (n) => `https://x/${fill(n, '/')}y`, jiraAt],
  ['an address that is none', (n) => `${fill(n, '/')}y`, jiraAt],
  ['a text that ends like another', (n) => `${fill(n, '/')}y`, (text) => withoutTrailing(text, '/')],
  [
    'a comment of line breaks',
    (n) => `${fill(n, '\n')}x`,
    (text) => documentText({ type: 'paragraph', content: [{ text }] }),
  ],
  ['a refusal of spaces', (n) => `${fill(n, ' ')}x`, (text) => ownMessage(refusal(text))],
  ['a refusal of the name of our user', (n) => fill(n, 'kim '), (text) => redactor.foreignText(text)],
  ['a wait of digits', (n) => `${fill(n, '9')}x`, (text) => waitOf429({ 'retry-after': text }, 0)],
  ['a wait of words', (n) => fill(n, '(1 Jan '), (text) => waitOf429({ 'retry-after': text }, 0)],
  ['a time', (n) => fill(n, '+0200'), (text) => moment.safeParse(text)],
  ['brackets', (n) => fill(n, '[{'), (text) => beyond(bytes(text), { depth: text.length, text: text.length })],
  ['a name of brackets', (n) => fill(n, '('), rootName],
  ['a name of closed brackets', (n) => fill(n, '()'), rootName],
  ['a name of spaces', (n) => `${fill(n, ' -')}x`, rootName],
  ['a name that was migrated often', (n) => `${fill(n, ' (migrated 2)')}x)`, baseName],
  ['a name that is half migrated', (n) => `${fill(n, ' (migrated 2')})`, baseName],
  ['JQL of quotes that are escaped', (n) => `"${fill(n, '\\"')}`, wordsOfJql],
  ['JQL of single quotes that are escaped', (n) => `'${fill(n, "\\'")}`, jqlProblem],
  ['JQL of brackets', (n) => fill(n, 'a in ('), jqlProblem],
  ['JQL of brackets that are closed', (n) => `${fill(n, '(')}a = 1${fill(n, ')')}`, jqlProblem],
  ['JQL of lists within lists', (n) => `a in ${fill(n, '(')}1${fill(n, ')')}`, jqlProblem],
  ['words of JQL within lists', (n) => `a in ${fill(n, '(')}1${fill(n, ')')}`, wordsOfJql],
  ['JQL of NOT', (n) => `${fill(n, 'not ')}a = 1`, jqlProblem],
  ['JQL of spaces', (n) => `order${fill(n, ' ')}`, jqlProblem],
  ['JQL of fields', (n) => fill(n, 'cf [ '), wordsOfJql],
  ['the id of a question', (n) => `text:p@${fill(n, '->')}@`, isMappingQuestion],
  ['the place of a question', (n) => `text:${fill(n, 'jql')}@a->b`, isMappingQuestion],
  [
    'the place of a question, of a text in a table',
    (n) => `question,value\ntext:${fill(n, 'jql')}@a->b,x`,
    (text) => readDecisions(file(text)),
  ],
  ['a conflict of dots', (n) => `${fill(n, 'a.')}_`, (text) => namedValues({}, [text])],
  ['a conflict of words', (n) => fill(n, 'a..... '), (text) => namedValues({}, [text])],
  ['JSON of backslashes', (n) => `"${fill(n, '\\\\')}"`, parseDocument],
  ['JSON of members', (n) => `{${numbered(n, (at) => `"m${at}":1,`)}"z":1}`, parseDocument],
  ['JSON of the same member', (n) => `{${numbered(n, () => '"m":1,')}"z":1}`, parseDocument],
  ['JSON of digits', (n) => `[${fill(n, '1')}x]`, failing(parseDocument)],
  ['YAML of members', (n) => numbered(n, (at) => `m${at}: 1`), readYaml],
  ['YAML of the same member', (n) => numbered(n, () => 'm: 1'), readYaml],
  ['YAML of brackets', (n) => fill(n, '['), (text) => readYaml(text.slice(0, 20_000))],
  ['Markdown', (n) => `${fill(n, ' ')}x`, plain],
  ['a returned list with a fault on each line', (n) => `key\n${numbered(n, (at) => `PB-${at},x`)}`, extract],
  ['a returned list with a quote on each line', (n) => `key,summary\n${numbered(n, (at) => `PB-${at},a"b`)}`, extract],
  ['a returned list of one key', (n) => `key\n${numbered(n, () => 'PB-1')}`, extract],
  ['a returned list of columns', (n) => fill(n, 'key,'), extract],
  ['a returned list of unknown columns', (n) => numbered(n, (at) => `c${at},`).replaceAll('\n', ''), extract],
  ['an id mapping of columns', (n) => numbered(n, (at) => `c${at},`).replaceAll('\n', ''), idMapping],
  ['an id mapping with a fault on each line', (n) => `sourceId,targetId\n${numbered(n, (at) => `${at}`)}`, idMapping],
  ['an id mapping of lines of JSON', (n) => numbered(n, (at) => `{"sourceId":${at}}`), idMapping],
  ['an id mapping of members', (n) => `{${numbered(n, (at) => `"${at}":"x",`)}"z":"y"}`, idMapping],
  [
    'decisions with a fault on each line',
    (n) => `question,value\n${numbered(n, (at) => `q${at},1`)}`,
    (text) => readDecisions(file(text)),
  ],
  [
    'a list of comments with a fault on each line',
    (n) => `comment,value,on\n${numbered(n, (at) => `${at},,old`)}`,
    (text) => readComments(file(text), []),
  ],
  [
    'a list of things that stand twice',
    (n) => numbered(n, (at) => String(at)),
    (text) => repeatedIn([...text.split('\n'), ...text.split('\n')]),
  ],
  ['comments that all say the same', (n) => numbered(n, () => 'ok'), (text) => matched(text)],
  ['comments that all say the same at once, by one person', (n) => numbered(n, () => 'ok'), (text) => matched(text, 0)],
  ['comments that stand on the other side as they are', (n) => numbered(n, () => 'ok'), compared],
  ['an entry that comes in small pieces', (n) => `[{"localIssueKey":"${fill(n, 'x')}`, inPieces],
];

const redactor = new Redactor();
redactor.learn('secret-of-kim');
redactor.learnName('kim');

function extract(text: string) {
  return readExtract(bytes(text), 'PB');
}

function idMapping(text: string) {
  return readIdMappingFile(file(text));
}

/** One on each line, `apart` milliseconds after the one before. */
const commentsOf = (text: string, apart = 60_000) =>
  text.split('\n').map((body, n) => ({ id: String(n), body, created: n * apart, author: 'kim' }));

function matched(text: string, apart?: number) {
  return matchComments(commentsOf(text, apart), commentsOf(text, apart), Object.is);
}

async function compared(text: string) {
  await missingThere(commentsOf(text), commentsOf(text));
  await notCarried(commentsOf(text), commentsOf(text));
}

function failing(read: (text: string) => unknown): (text: string) => void {
  return (text) => expect(() => read(text)).toThrow();
}

function inPieces(text: string): void {
  const scanner = new EntryScanner({ entry: () => {} }, { list: 'first' });
  const all = bytes(text);
  for (let at = 0; at < all.length; at += 500) scanner.push(all.subarray(at, at + 500));
}

describe('four times as much takes no more than a little over four times as long', () => {
  it.each(cases)('to read %s', { timeout: 120_000 }, (_, text, read) => expectSteady(text, read));
});
