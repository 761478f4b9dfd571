/** Which issues a query finds. Date literals are read in the caller's zone, with the minute as their finest grain. */
import { readJqlDate } from '../world/dates.ts';
import { fieldOf, issueOf } from '../world/lookup.ts';
import type { Instance, Issue } from '../world/model.ts';
import { stampOf } from '../world/stamps.ts';
import { choicesIn, kindOfValue, labelsIn } from '../world/values.ts';
import { type Clause, type Condition, parseJql, type Query } from './parse.ts';
import { JqlError } from './tokens.ts';

export interface Reader {
  instance: Instance;
  timeZone: string;
  /** By the instance's clock. */
  now: number;
  /** `false` skips keys that do not exist instead of failing the query. */
  validate: boolean;
  /** Hidden issues look like missing ones. */
  visible: (issue: Issue) => boolean;
  /** Whether a key from before a move finds the issue under its key of today. */
  followMoved?: boolean;
}

type Field =
  | { kind: 'project' | 'key' | 'created' | 'updated' | 'reporter' | 'creator' }
  | { kind: 'values'; ids: string[] };

const SYSTEM_CLAUSES: Record<string, string> = {
  labels: 'labels',
  component: 'components',
  fixversion: 'fixVersions',
};

function fieldNamed(instance: Instance, name: string): Field | undefined {
  const lower = name.toLowerCase();
  if (lower === 'project' || lower === 'created' || lower === 'updated') return { kind: lower };
  if (lower === 'reporter' || lower === 'creator') return { kind: lower };
  if (lower === 'createddate') return { kind: 'created' };
  if (lower === 'updateddate') return { kind: 'updated' };
  if (lower === 'key' || lower === 'issuekey' || lower === 'id' || lower === 'issue') return { kind: 'key' };
  if (lower === 'issuetype' || lower === 'type') return { kind: 'values', ids: ['issuetype'] };
  const system = SYSTEM_CLAUSES[lower];
  if (system !== undefined) return { kind: 'values', ids: [system] };
  if (['summary', 'description', 'status', 'priority'].includes(lower)) return { kind: 'values', ids: [lower] };
  const number = /^cf\[(\d+)\]$/.exec(lower)?.[1];
  if (number !== undefined) {
    return fieldOf(instance, `customfield_${number}`) ? { kind: 'values', ids: [`customfield_${number}`] } : undefined;
  }
  // Two fields may have one name; JQL then means both.
  const ids = instance.fields.filter((field) => field.name.toLowerCase() === lower).map((field) => field.id);
  return ids.length > 0 ? { kind: 'values', ids } : undefined;
}

/** Sorted issues; throws a JqlError whose message Jira would put into `errorMessages`. */
export function findIssues(jql: string, reader: Reader): Issue[] {
  const query = parseJql(jql);
  if (reader.validate) validate(query.where, reader);
  const test = conditionTest(query.where, reader);
  const found: Issue[] = [];
  for (const issue of candidates(query.where, reader)) if (reader.visible(issue) && test(issue)) found.push(issue);
  return sorted(found, query, reader);
}

/** A test for one issue; an empty filter lets everything through. */
export function matcher(jql: string, reader: Reader): (issue: Issue) => boolean {
  if (jql.trim() === '') return () => true;
  return conditionTest(parseJql(jql).where, reader);
}

function validate(condition: Condition, reader: Reader): void {
  if (condition.kind === 'and' || condition.kind === 'or') for (const item of condition.items) validate(item, reader);
  if (condition.kind === 'not') validate(condition.item, reader);
  if (condition.kind !== 'clause') return;
  const field = fieldNamed(reader.instance, condition.field);
  if (!field) throw new JqlError(`Field '${condition.field}' does not exist or you do not have permission to view it.`);
  for (const value of condition.values) {
    if (field.kind === 'key') {
      const issue = issueOf(reader.instance, value);
      if (!issue || !reader.visible(issue)) {
        throw new JqlError(`An issue with key '${value}' does not exist for field '${condition.field}'.`);
      }
    }
    if (field.kind === 'project' && !projectNamed(reader.instance, value)) {
      throw new JqlError(`The value '${value}' does not exist for the field 'project'.`);
    }
    const isDate = field.kind === 'created' || field.kind === 'updated';
    if (isDate && readJqlDate(value, reader.timeZone, reader.now) === undefined) {
      throw new JqlError(
        `Date value '${value}' for field '${condition.field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`,
      );
    }
  }
}

function projectNamed(instance: Instance, value: string) {
  const lower = value.toLowerCase();
  return [...instance.projects.values()].find(
    (project) => project.key.toLowerCase() === lower || project.id === value || project.name.toLowerCase() === lower,
  );
}

function candidates(where: Condition, reader: Reader): Iterable<Issue> {
  const clauses = where.kind === 'clause' ? [where] : where.kind === 'and' ? where.items : [];
  for (const clause of clauses) {
    if (clause.kind !== 'clause' || (clause.operator !== '=' && clause.operator !== 'in')) continue;
    const field = fieldNamed(reader.instance, clause.field);
    if (field?.kind === 'key') {
      return new Set(clause.values.flatMap((key) => issueOf(reader.instance, key) ?? []));
    }
    if (field?.kind === 'project') {
      const projects = clause.values.flatMap((key) => projectNamed(reader.instance, key) ?? []);
      return projects.flatMap((project) => [...project.issues.values()]);
    }
  }
  return [...reader.instance.projects.values()].flatMap((project) => [...project.issues.values()]);
}

function conditionTest(condition: Condition, reader: Reader): (issue: Issue) => boolean {
  switch (condition.kind) {
    case 'all':
      return () => true;
    case 'not': {
      const inner = conditionTest(condition.item, reader);
      return (issue) => !inner(issue);
    }
    case 'and': {
      const tests = condition.items.map((item) => conditionTest(item, reader));
      return (issue) => tests.every((test) => test(issue));
    }
    case 'or': {
      const tests = condition.items.map((item) => conditionTest(item, reader));
      return (issue) => tests.some((test) => test(issue));
    }
    case 'clause':
      return clauseTest(condition, reader);
  }
}

function clauseTest(clause: Clause, reader: Reader): (issue: Issue) => boolean {
  const field = fieldNamed(reader.instance, clause.field);
  if (!field) throw new JqlError(`Field '${clause.field}' does not exist or you do not have permission to view it.`);
  if (field.kind === 'created' || field.kind === 'updated') return dateTest(clause, field.kind, reader);
  if (field.kind === 'key' && !['=', '!=', 'in', 'not in'].includes(clause.operator)) return keyOrderTest(clause);
  const now = (key: string) =>
    (reader.followMoved ? reader.instance.movedKeys.get(key.toUpperCase()) : undefined) ?? key;
  const named = field.kind === 'key' ? clause.values.map(now) : clause.values;
  const wanted = new Set(named.map((value) => value.toLowerCase()));
  const empty = wanted.has('empty') || wanted.has('null');
  return (issue) => {
    const values = valuesOf(issue, field, reader.instance);
    switch (clause.operator) {
      case '=':
      case 'in':
        return values.some((value) => wanted.has(value.toLowerCase())) || (empty && values.length === 0);
      // JQL's negations do not find issues where the field is empty.
      case '!=':
      case 'not in':
        return values.length > 0 && !values.some((value) => wanted.has(value.toLowerCase()));
      case 'is':
        return values.length === 0;
      case 'is not':
        return values.length > 0;
      case '~':
        return values.some((value) => [...wanted].every((word) => value.toLowerCase().includes(word)));
      case '!~':
        return (
          values.length > 0 && !values.some((value) => [...wanted].some((word) => value.toLowerCase().includes(word)))
        );
      default:
        throw new JqlError(`The operator '${clause.operator}' is not supported by the '${clause.field}' field.`);
    }
  };
}

/** Every way the value can be named: id and name for choices. */
function valuesOf(issue: Issue, field: Field, instance: Instance): string[] {
  switch (field.kind) {
    case 'project': {
      const project = instance.projects.get(issue.projectKey);
      return project ? [project.key, project.id, project.name] : [];
    }
    case 'key':
      return [issue.key, issue.id];
    case 'reporter':
      return [issue.reporter];
    case 'creator':
      return [issue.creator];
    case 'values':
      return field.ids.flatMap((id) => {
        const value = issue.values.get(id);
        if (value === undefined || value === '') return [];
        if (kindOfValue(instance, id) === 'labels') return labelsIn(value);
        const found = choicesIn(instance, id, value);
        return found.length === 0 ? [value] : found.flatMap((choice) => [choice.id, choice.name]);
      });
    default:
      return [];
  }
}

function dateTest(clause: Clause, field: 'created' | 'updated', reader: Reader): (issue: Issue) => boolean {
  const literal = readJqlDate(clause.values[0] ?? '', reader.timeZone, reader.now);
  if (literal === undefined) return () => false;
  const compare = comparison(clause);
  return (issue) => compare(stampOf(reader.instance, issue[field], issue), literal);
}

function keyOrderTest(clause: Clause): (issue: Issue) => boolean {
  const wanted = clause.values[0] ?? '';
  const dash = wanted.lastIndexOf('-');
  const compare = comparison(clause);
  return (issue) =>
    issue.projectKey === wanted.slice(0, dash).toUpperCase() && compare(issue.number, Number(wanted.slice(dash + 1)));
}

function comparison(clause: Clause): (one: number, other: number) => boolean {
  switch (clause.operator) {
    case '<':
      return (one, other) => one < other;
    case '<=':
      return (one, other) => one <= other;
    case '>':
      return (one, other) => one > other;
    case '>=':
      return (one, other) => one >= other;
    case '=':
      return (one, other) => one === other;
    case '!=':
      return (one, other) => one !== other;
    default:
      throw new JqlError(`The operator '${clause.operator}' is not supported by the '${clause.field}' field.`);
  }
}

function sorted(issues: Issue[], query: Query, reader: Reader): Issue[] {
  // Without ORDER BY, Jira shows the newest key first.
  const order = query.order.length > 0 ? query.order : [{ field: 'key', descending: true }];
  const fields = order.map(({ field, descending }) => {
    const known = fieldNamed(reader.instance, field);
    if (!known) throw new JqlError(`Not able to sort using field '${field}'.`);
    return { known, sign: descending ? -1 : 1 };
  });
  return issues.sort((one, other) => {
    for (const { known, sign } of fields) {
      const difference = compareBy(known, one, other, reader.instance);
      if (difference !== 0) return sign * difference;
    }
    return 0;
  });
}

function compareBy(field: Field, one: Issue, other: Issue, instance: Instance): number {
  if (field.kind === 'created' || field.kind === 'updated') {
    return stampOf(instance, one[field.kind], one) - stampOf(instance, other[field.kind], other);
  }
  if (field.kind === 'key') return one.projectKey.localeCompare(other.projectKey) || one.number - other.number;
  const text = (issue: Issue) => valuesOf(issue, field, instance).at(-1) ?? '';
  return text(one).localeCompare(text(other));
}
