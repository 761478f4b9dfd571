/** The evidence as one HTML page that stands alone: what a person reads before approving, and an auditor years later. */

import type { SynchronizationIdentity } from '../contract/steps.ts';
import { counted } from '../contract/text.ts';
import type { Decision, Evidence, Observations, Predicate, StepTime } from '../evidence/types.ts';
import type { MappingChange } from '../mapping/translate.ts';
import { html, htmlList, htmlPage, htmlTable, keyList, type Markup, STYLESHEET } from './html.ts';
import { basisWords, duration, moment, performer, stepTitle } from './words.ts';

export function evidencePage(evidence: Evidence): string {
  const { decision, predicates, observations, digest, madeAt } = evidence;
  const { original, created } = decision;
  const title = `${original.instance}/${original.key} → ${created.instance}/${created.key}`;
  return htmlPage('Evidence', title, `Evidence of a migration, made ${moment(madeAt)}`, STYLESHEET, [
    verdict(predicates, decision),
    digestSection(digest, decision),
    predicateSection(predicates),
    identitySection(decision),
    stepSection(observations.steps ?? []),
    classesSection(decision.classes),
    risksSection(decision),
    deviationsSection(decision),
    attestedSection(decision, observations),
    observationSection(observations),
    changesSection(observations.changes ?? []),
  ]);
}

function verdict(
  predicates: readonly Predicate[],
  { attested, acceptedRisks, deviations = [], policy }: Decision,
): Markup {
  const forbidden = attested.length > 0 && !policy.deleteOnAttested;
  const broken = predicates.filter(({ holds }) => !holds);
  const rests = html`${attested.length === 0 ? 'Nothing rests on a person’s word alone.' : `${counted(attested.length, 'step')} attested by a person.`} ${
    acceptedRisks.length === 0 ? 'No risk was accepted.' : `${counted(acceptedRisks.length, 'risk')} accepted.`
  }${deviations.length === 0 ? '' : ` ${counted(deviations.length, 'deviation')} from the translated configuration accepted.`}`;
  // No statement at all is not a good verdict.
  if (predicates.length > 0 && broken.length === 0) {
    const some = predicates.filter(({ attested: rests }) => rests).length;
    const asFar = some === 0 ? '.' : `, ${some} of them as far as a partner that cannot be read attested.`;
    return html`<div class="verdict"><strong>All ${predicates.length} statements hold${asFar}</strong><p>${rests}</p>${forbidden ? html`<p class="warn">The policy does not let a delete rest on what a person attested.</p>` : ''}</div>`;
  }
  const names = broken.map(({ name }) => name).join(', ');
  return html`<div class="verdict bad"><strong>${broken.length} of ${predicates.length} statements do not hold${names === '' ? '' : `: ${names}`}.</strong><p>The original must not be deleted on this evidence. ${rests}</p></div>`;
}

function digestSection(digest: string, { configuration, pairSet, pairs, traces, policy }: Decision): Markup {
  return html`<section><h2>Decision</h2>
<p class="soft">An approval names this digest, and grants the delete of the original for exactly what stands behind it.</p>
${htmlList([
  ['Decision digest', html`<code class="digest">${digest}</code>`],
  ['Configuration, exported', html`<code>${configuration.exported}</code>`],
  ['Configuration, translated', html`<code>${configuration.translated}</code>`],
  ...(traces ? [['Traces of the original', html`<code>${traces}</code>`] as [string, Markup]] : []),
  ['Pair set', html`<code>${pairSet}</code>, ${counted(pairs, 'pair')}`],
  [
    'Approvals needed',
    `${policy.required}, by ${policy.approvers.join(', ') || 'nobody named'}; known by: ${policy.identity}`,
  ],
  ['Requester may approve', policy.selfApproval ? 'yes' : 'no'],
  ['Delete on attested parts', policy.deleteOnAttested ? 'allowed' : 'not allowed'],
])}</section>`;
}

function predicateSection(predicates: readonly Predicate[]): Markup {
  const rows = predicates.map(({ name, sentence, holds, observed, keys, attested }) => [
    holds && attested
      ? html`<span class="warn">✓ attested</span>`
      : holds
        ? html`<span class="good">✓ holds</span>`
        : html`<span class="bad-word">✗ broken</span>`,
    html`${sentence} <span class="soft">(${name})</span>`,
    html`<p>${observed}</p>${keys.length === 0 ? '' : keyList(keys)}`,
  ]);
  return html`<section><h2>What must hold</h2>${htmlTable(['', 'Statement', 'Observed'], rows)}</section>`;
}

function identitySection({ original, created }: Decision): Markup {
  return html`<section><h2>Which synchronizations</h2><div class="two">
<div><h3>Original</h3>${identity(original)}</div>
<div><h3>New</h3>${identity(created)}</div></div></section>`;
}

const identity = ({
  instance,
  instanceIdentity,
  key,
  created,
  firstConnector,
  secondConnector,
}: SynchronizationIdentity): Markup =>
  htmlList([
    ['Key', html`<code>${key}</code>`],
    ['Instance', instance],
    ['States itself as', instanceIdentity],
    ['Created', created],
    ['First connector', html`<code>${firstConnector}</code>`],
    ['Second connector', html`<code>${secondConnector}</code>`],
  ]);

function stepSection(steps: readonly StepTime[]): Markup | undefined {
  if (steps.length === 0) return undefined;
  const rows = steps.map(({ step, by, who, basis, started, ended, note }) => [
    stepTitle(step),
    who === undefined ? performer(by) : html`${who} <span class="soft">(${performer(by)})</span>`,
    html`<span class="${basis === 'attested' ? 'warn' : ''}">${basisWords(basis)}</span>`,
    html`<span class="moment">${moment(started)}</span>`,
    ended === undefined ? '' : took(started, ended),
    note,
  ]);
  return html`<section><h2>Steps</h2>${htmlTable(['Step', 'Done by', 'Known by', 'Began', 'Took', 'Note'], rows)}</section>`;
}

function took(started: string, ended: string): string {
  const ms = Date.parse(ended) - Date.parse(started);
  return Number.isFinite(ms) ? duration(ms) : '';
}

function classesSection(classes: Decision['classes']): Markup {
  const rows = Object.entries(classes).map(([name, keys]) => [name, String(keys.length), keyList(keys)]);
  return html`<section><h2>Classified findings</h2>${
    rows.length === 0 ? html`<p class="soft">None.</p>` : htmlTable(['Class', 'Number', 'Keys'], rows)
  }</section>`;
}

function risksSection({ acceptedRisks }: Decision): Markup {
  const rows = acceptedRisks.map(({ id, asked, answer, by }) => [
    html`<code>${id}</code>`,
    asked ?? '',
    answer,
    by ?? '',
  ]);
  return html`<section><h2>Accepted risks</h2>${
    rows.length === 0 ? html`<p class="soft">None.</p>` : htmlTable(['Risk', 'Asked', 'Answer', 'By'], rows)
  }</section>`;
}

function deviationsSection({ deviations = [] }: Decision): Markup | undefined {
  if (deviations.length === 0) return undefined;
  const value = (one: unknown) => (one === null ? 'nothing' : html`<code>${JSON.stringify(one)}</code>`);
  const rows = deviations.map(({ path, wanted, live, by, entry }) => [
    html`<code>${path}</code>`,
    value(wanted),
    value(live),
    html`${by ?? 'somebody'}${entry === undefined ? '' : html` <span class="soft">(ledger entry ${entry})</span>`}`,
  ]);
  return html`<section><h2>Accepted deviations</h2>
<p class="soft">Here the new configuration is not the translated one: a person said that what stands there is right.</p>
${htmlTable(['Where', 'Translated', 'Stands there', 'Accepted by'], rows)}</section>`;
}

function attestedSection({ attested, notRead: decided = [] }: Decision, observations: Observations): Markup {
  const notRead = observations.notRead ?? decided;
  return html`<section><h2>Attested, not read</h2>${
    attested.length === 0 ? html`<p class="soft">Every step was read back.</p>` : bulleted(attested.map(stepTitle))
  }${notRead.length === 0 ? '' : html`<h3>Could not be read</h3>${bulleted(notRead)}`}</section>`;
}

function observationSection({ counts = {}, times = {}, notes = [], samples = {} }: Observations): Markup {
  const rows = [
    ...Object.entries(counts).map(([name, value]): [string, string] => [name, String(value)]),
    ...Object.entries(times).map(([name, time]): [string, string] => [name, moment(time)]),
    ...Object.entries(samples).map(([name, keys]): [string, Markup] => [name, keyList(keys)]),
  ];
  return html`<section><h2>Observations</h2><p class="soft">Not part of the decision: they may differ at the next reading.</p>
${rows.length === 0 ? '' : htmlList(rows)}${notes.length === 0 ? '' : bulleted(notes)}</section>`;
}

function changesSection(changes: readonly MappingChange[]): Markup | undefined {
  if (changes.length === 0) return undefined;
  const rows = changes.map(({ path, old, new: now, rule, evidence }) => [
    html`<code>${path}</code>`,
    html`<code>${old}</code>`,
    html`<code>${now}</code>`,
    rule,
    evidence,
  ]);
  return html`<section><h2>Translated values</h2>${htmlTable(['Where', 'Was', 'Is', 'Rule', 'Evidence'], rows)}</section>`;
}

const bulleted = (items: readonly string[]): Markup => html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
