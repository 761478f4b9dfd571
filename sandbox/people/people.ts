/** People at work while a migration runs: a fixed rotation of edits, comments and new issues on both live projects. */
import { valuesFor } from '../seed/issues.ts';
import { descriptionText, referenceText, remarkText, summaryText } from '../seed/texts.ts';
import { fieldIdFor, issueOf, projectOf } from '../world/lookup.ts';
import type { Instance, Issue, World } from '../world/model.ts';
import { createRandom, type Random } from '../world/random.ts';
import { viewsOf } from '../world/undertakings.ts';
import { choicesOf, valueFor, valueMeaning } from '../world/values.ts';
import {
  commentOf,
  personComments,
  personCreates,
  personDeletesComment,
  personEdits,
  personEditsComment,
} from './acts.ts';
import { actOnWholeIssue, type WholeIssueAct } from './whole-issues.ts';

export type ActKind = 'edit' | 'comment' | 'editComment' | 'deleteComment' | 'create' | WholeIssueAct;

/** In forty acts: 28 edits, 8 comments, 4 new issues. */
const ROTATION: readonly ActKind[] = [
  ...(['edit', 'edit', 'comment', 'edit', 'edit'] as const),
  ...(['create', 'edit', 'edit', 'comment', 'edit'] as const),
];
const FIELDS = ['summary', 'severity', 'description', 'customerReference', 'priority'] as const;

export interface Act {
  kind: ActKind;
  /** Absent: the live sides in turn. */
  instance?: Instance;
  key?: string;
  /** Where to create an issue, or to move it. */
  project?: string;
  /** Key of the parent of a new sub-task. */
  parent?: string;
  /** Id of the comment that is edited or deleted. */
  comment?: string;
  /** What the field stands for, e.g. `summary`, `severity`, `status`. */
  field?: string;
  /** Text, or the name of an option. */
  value?: string;
  by?: string;
}

export interface People {
  start(everyMs: number, seed: number): void;
  stop(): void;
  once(act: Act): {
    instance: string;
    key: string;
    kind: ActKind;
    field?: string;
    value?: string | null;
    comment?: string;
  };
  readonly working: boolean;
}

export function createPeople(world: World): People {
  let timer: NodeJS.Timeout | undefined;
  let acts = 0;
  let random = createRandom(1);

  const once: People['once'] = (act) => {
    acts += 1;
    // Each round begins on the other side, so that both sides see every kind of act.
    const views = viewsOf(world);
    // Two acts here, then two in the next migration's projects.
    const { a, b } = views[Math.floor(acts / 2) % views.length]?.live ?? world.live;
    const live = (acts + Math.floor(acts / ROTATION.length)) % 2 === 0 ? a : b;
    const instance = act.instance ?? live.instance;
    const projectKey =
      (act.kind === 'create' ? act.project : undefined) ??
      (act.instance ? projectOfInstance(world, act.instance, act.key) : live.projectKey);
    const by = act.by ?? random.pick(peopleOf(instance));
    if (act.kind === 'create') {
      const issue = personCreates(
        world,
        instance,
        projectKey,
        by,
        newValues(instance, random, act.value ?? `New ${acts}`, act.parent !== undefined),
        act.parent,
      );
      return { instance: instance.name, key: issue.key, kind: 'create' };
    }
    const issue = act.key === undefined ? pickIssue(instance, projectKey, random) : issueOf(instance, act.key);
    if (!issue) throw new Error(`${instance.name} has no issue ${act.key ?? `in ${projectKey}`}`);
    if (act.kind === 'editComment' || act.kind === 'deleteComment') {
      if (issue.archived) throw new Error(`${issue.key} is archived`);
      const comment = commentOf(issue, act.comment ?? '');
      if (act.kind === 'deleteComment') personDeletesComment(world, instance, issue, comment, by);
      else
        personEditsComment(world, instance, issue, comment, {
          by,
          body: act.value ?? `${remarkText(random)} [${acts}]`,
        });
      return { instance: instance.name, key: issue.key, kind: act.kind, comment: comment.id };
    }
    if (act.kind !== 'comment' && act.kind !== 'edit') {
      if (issue.archived && act.kind !== 'restore') throw new Error(`${issue.key} is archived`);
      actOnWholeIssue(world, instance, issue, { ...act, kind: act.kind, by });
      return { instance: instance.name, key: issue.key, kind: act.kind };
    }
    if (issue.archived) throw new Error(`${issue.key} is archived`);
    if (act.kind === 'comment') {
      const body = act.value ?? `${remarkText(random)} [${acts}]`;
      const comment = personComments(world, instance, issue, by, body);
      return { instance: instance.name, key: issue.key, kind: 'comment', comment: comment.id };
    }
    const fields = FIELDS.filter((name) => isUsable(instance, name));
    const field = act.field ?? fields[acts % fields.length] ?? 'summary';
    const value = act.value ?? newValue(instance, issue, field, random, acts);
    edit(world, instance, issue, by, field, value);
    return { instance: instance.name, key: issue.key, kind: 'edit', field, value };
  };

  return {
    start(everyMs, seed) {
      clearInterval(timer);
      random = createRandom(seed);
      let n = 0;
      timer = setInterval(() => once({ kind: ROTATION[n++ % ROTATION.length] ?? 'edit' }), everyMs);
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
    once,
    get working() {
      return timer !== undefined;
    },
  };
}

function projectOfInstance(world: World, instance: Instance, key: string | undefined): string {
  if (key !== undefined) return key.slice(0, key.lastIndexOf('-')).toUpperCase();
  return instance === world.live.b.instance ? world.live.b.projectKey : world.live.a.projectKey;
}

function pickIssue(instance: Instance, projectKey: string, random: Random): Issue | undefined {
  const issues = [...projectOf(instance, projectKey).issues.values()].filter((issue) => !issue.archived);
  return issues.length === 0 ? undefined : random.pick(issues);
}

/** Everybody without rights in Backbone; an instance of administrators only has them work. */
function peopleOf(instance: Instance): string[] {
  const people = [...instance.users.values()].filter(({ admin, name }) => !admin && name !== instance.syncUser);
  return people.length > 0 ? people.map(({ name }) => name) : ['admin'];
}

/** A world of somebody else's need not have every field, nor a choice between two values. */
function isUsable(instance: Instance, field: string): boolean {
  const fieldId = fieldIdFor(instance, field);
  return fieldId !== undefined && (choicesOf(instance, fieldId)?.length ?? 2) > 1;
}

/** Of the wished names those that there are; all there are where there is none of them. */
function namesOf(choices: readonly { name: string }[], wished: readonly string[]): string[] {
  const names = choices.map(({ name }) => name);
  const found = wished.filter((name) => names.includes(name));
  return found.length > 0 ? found : names;
}

function newValues(instance: Instance, random: Random, summary: string, isSubtask: boolean): Map<string, string> {
  const { issueTypes, priorities, statuses } = instance;
  const ofType = (subtask: boolean) => issueTypes.filter((each) => each.subtask === subtask);
  const picked = random.pick(namesOf(ofType(false), ['Bug', 'Task', 'Story']));
  return valuesFor(instance, {
    issuetype: isSubtask ? (ofType(true)[0]?.name ?? picked) : picked,
    status: statuses[0]?.name ?? '',
    priority: random.pick(namesOf(priorities, ['High', 'Medium', 'Low'])),
    summary: `${summary}: ${summaryText(random)}`,
    description: descriptionText(random),
    severity: random.pick(['Critical', 'Minor']),
    customerReference: referenceText(random),
  });
}

/** A value the field does not have yet, so that every act is a change. */
function newValue(instance: Instance, issue: Issue, field: string, random: Random, acts: number): string {
  const fieldId = fieldIdFor(instance, field) ?? field;
  const choices = choicesOf(instance, fieldId, issue.projectKey)?.filter(({ parent }) => parent === undefined);
  if (choices) {
    const before = valueMeaning(instance, fieldId, issue.values.get(fieldId));
    return random.pick(choices.map(({ name }) => name).filter((name) => name !== before));
  }
  if (field === 'customerReference') return `${referenceText(random)}-${acts}`;
  return field === 'description' ? `${descriptionText(random)}\r\n\r\n[${acts}]` : `${summaryText(random)} [${acts}]`;
}

function edit(world: World, instance: Instance, issue: Issue, by: string, field: string, value: string): void {
  const fieldId = fieldIdFor(instance, field);
  const id =
    fieldId === undefined ? undefined : valueFor(instance, fieldId, value === '' ? null : value, issue.projectKey);
  if (fieldId === undefined || id === undefined) throw new Error(`${instance.name} has no ${field} "${value}"`);
  personEdits(world, instance, issue, by, new Map([[fieldId, id]]));
}
