/** The plan as people read it before anything is written: what will be done, what may be created, what the copy missed. */
import type { Plan, Refusal, Side } from '../contract/steps.ts';
import type { Question } from '../contract/tasks.ts';
import { counted, listed } from '../contract/text.ts';
import type { MappingChange } from '../mapping/translate.ts';
import { bullets, code, page, plain, table } from './markdown.ts';
import { moment, performer, stepTitle } from './words.ts';

/** The artifact that `Plan.artifact` names, as far as the page shows it, and what else the caller knows. */
export interface PlanDocument {
  /** A document cannot hold its own digest. */
  plan: Omit<Plan, 'artifact'>;
  /** ISO 8601 UTC, the database's clock. */
  madeAt: string;
  requestedBy?: string;
  reason?: string;
  /** In scope and unpaired, by the side they stand on: what a start may create at the other. */
  forecast: { a: { key: string }[]; b: { key: string }[] };
  /** Keys created or changed since the copy began; `bornOnOldA` are those of `oldA` that cannot be in the copy at all. */
  copyGap: { oldA: string[]; bornOnOldA?: string[]; b: string[] };
  changes: MappingChange[];
  references?: MappingChange[];
  /** What could not be read or only holds by assumption. */
  findings: string[];
  /** Class → pair names. */
  classes?: Record<string, string[]>;
  /** Pairs whose summaries differ; they are held back from the resync. */
  summaryDiffers?: string[];
  questions?: Question[];
  refusals?: Refusal[];
}

export function planPage(document: PlanDocument): string {
  const { plan, forecast, copyGap, changes, findings, refusals = [], questions = [] } = document;
  const keys = (issues: { key: string }[]) => issues.map(({ key }) => key);
  return page([
    `# Plan: ${plain(plan.original.key)} on ${plain(plan.original.instance)} moves to ${plain(plan.a.instance)}`,
    `${askedFor(document)}Made ${plain(moment(document.madeAt))}. Nothing has been written.`,
    refusals.length === 0 ? undefined : section('Refused', refusals.map(refusalText)),
    `## Who is who\n\n${whoTable(plan)}`,
    `## What will happen\n\n${stepsTable(plan)}`,
    `## What it comes to\n\n${numbersTable(document)}`,
    keysBlock('Missed by the copy: created or changed on the old A', copyGap.oldA),
    keysBlock('Of these, created after the copy began', copyGap.bornOnOldA ?? []),
    keysBlock('Created or changed on B since the copy began', copyGap.b),
    keysBlock('May be created at B', keys(forecast.a)),
    keysBlock('May be created at A', keys(forecast.b)),
    keysBlock('Summaries differ; decided before the resync', document.summaryDiffers ?? []),
    ...Object.entries(document.classes ?? {})
      .filter(([name]) => name !== 'present')
      .map(([name, pairs]) => keysBlock(`Pairs: ${name}`, pairs)),
    questions.length === 0
      ? undefined
      : section(
          'To be decided',
          questions.map(({ id, text }) => `${code(id)}: ${plain(text)}`),
        ),
    changes.length === 0 ? undefined : `## Translated values\n\n${changesTable(changes)}`,
    findings.length === 0 ? undefined : section('Findings', findings.map(plain)),
    `## Policy\n\n${policyText(plan)}`,
  ]);
}

const askedFor = ({ requestedBy, reason }: PlanDocument): string =>
  requestedBy === undefined
    ? ''
    : `Asked for by ${plain(requestedBy)}${reason === undefined ? '' : `: ${plain(reason)}`}. `;

type PlanBody = PlanDocument['plan'];

const section = (title: string, items: string[]): string => `## ${title}\n\n${bullets(items)}`;

const refusalText = ({ code: name, reason, remedy, items }: Refusal): string =>
  `**${plain(name)}**: ${plain(reason)} ${plain(remedy)}${items.length === 0 ? '' : ` (${listed(items.map(plain), 20).join(', ')})`}`;

const sideText = ({ instance, project }: Side): string => code(`${instance}/${project}`);

function whoTable({ a, b, oldA, oldB, moved, swapped, original }: PlanBody): string {
  return table(
    ['', 'In the original', 'In the new one'],
    [
      ['A, where the new one is configured', sideText(oldA), sideText(a)],
      ['B, its partner', sideText(oldB), sideText(b)],
      ['Project moved', '', moved ? 'yes' : 'no'],
      ['Sides exchanged', '', swapped ? 'yes' : 'no'],
      ['Original', `${code(original.key)}, created ${plain(original.created)}`, ''],
      ['Its connectors', `${code(original.firstConnector)}, ${code(original.secondConnector)}`, ''],
    ],
  );
}

const stepsTable = ({ steps }: PlanBody): string =>
  table(
    ['Step', 'By', 'What', 'What a rollback would do'],
    steps.map(({ step, by, does, undo }) => [
      stepTitle(step),
      performer(by),
      plain(does),
      undo ? `${plain(undo.does)} (${performer(undo.by)})` : '',
    ]),
  );

function numbersTable({ plan, summaryDiffers }: PlanDocument): string {
  return table(
    ['', ''],
    [
      ['Pairs', String(plan.pairs)],
      ['Issues that the start may create', String(plan.forecast)],
      ['Issues that the copy missed', String(plan.copyGap)],
      ...(summaryDiffers === undefined ? [] : [['Pairs whose summaries differ', String(summaryDiffers.length)]]),
      ['Can be read whether all messages arrived', plan.sequencesCalibrated ? 'yes' : 'no, a person confirms it'],
    ],
  );
}

const keysBlock = (title: string, keys: readonly string[]): string | undefined =>
  keys.length === 0 ? undefined : `## ${title} (${keys.length})\n\n${listed(keys, 100).map(plain).join(', ')}`;

const changesTable = (changes: readonly MappingChange[]): string =>
  table(
    ['Where', 'Was', 'Becomes', 'Rule', 'Evidence'],
    changes.map(({ path, old, new: now, rule, evidence }) => [code(path), code(old), code(now), rule, plain(evidence)]),
  );

function policyText({ policy }: PlanBody): string {
  const who = policy.approvers.length === 0 ? 'nobody is named' : policy.approvers.map(plain).join(', ');
  return bullets([
    `The delete needs ${counted(policy.required, 'approval')} by: ${who}.`,
    policy.selfApproval ? 'Whoever asked for it may approve it.' : 'Whoever asked for it may not approve it.',
    `Approvers are known by: ${policy.identity}.`,
    policy.deleteOnAttested
      ? 'It may rest on what a person attested where nothing can be read.'
      : 'It may not rest on what a person attested alone.',
  ]);
}
