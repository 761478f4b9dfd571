/** A past migration as one HTML page that stands alone: who, what, when, why, and how it is known. Made from the store alone. */

import type { Finding, Verdict } from '../audit/findings.ts';
import type { AuditDecision, AuditDeletion, AuditEntry, AuditRecord, AuditWrite, Who } from '../audit/types.ts';
import { counted } from '../contract/text.ts';
import { html, htmlList, htmlPage, htmlTable, type Markup, STYLESHEET, trusted } from './html.ts';
import { TIMELINE_STYLE, timeline } from './timeline.ts';
import { GRADE_WORDS, moment, workTitle } from './words.ts';

export interface AuditPageInput {
  record: AuditRecord;
  /** Of this migration, made a moment ago. */
  verdict: Verdict;
  findings: readonly Finding[];
  /** ISO 8601 UTC. */
  madeAt: string;
}

export function auditPage({ record, verdict, findings, madeAt }: AuditPageInput): string {
  const { original, created, outcome, migration } = record;
  const title = `${original}${created.length > 0 ? ` → ${created.join(', ')}` : ''}`;
  const about = `Audit of migration ${migration}: ${outcome}. Made ${moment(madeAt)} from the ledger and its artifacts alone.`;
  return htmlPage('Audit', title, about, STYLESHEET + TIMELINE_STYLE, [
    verification(verdict, findings, record),
    answers(record),
    html`<section><h2>How it went</h2>${timeline(record)}</section>`,
    known(record),
    written(record.writes),
    refused(record.refused),
    everything(record.entries),
    artifacts(record),
  ]);
}

function verification(verdict: Verdict, findings: readonly Finding[], { artifacts }: AuditRecord): Markup {
  if (verdict.firstBad === null)
    return html`<div class="verdict"><strong>The record is whole.</strong><p>${verdict.entries} entries follow each other by their hashes, and ${artifacts.length} artifacts have the content that was entered.</p></div>`;
  return html`<div class="verdict bad"><strong>The record is damaged in ${counted(findings.length, 'place')}.</strong><ul>${findings.map(
    ({ n, why, what, follows = [] }) =>
      html`<li>${n === null ? '' : `Entry ${n}: `}<b>${why}</b>, ${what}.${follows.length === 0 ? '' : html`<ul>${follows.map((each) => html`<li>${each.n === null ? '' : `Entry ${each.n}: `}${each.what}.</li>`)}</ul>`}</li>`,
  )}</ul></div>`;
}

function answers(record: AuditRecord): Markup {
  const { deletion, requestedBy, reason, opened, closed, batch, workflowId, entries, decisions } = record;
  const end = entries.at(-1)?.hash ?? '';
  return html`<section><h2>${deletion ? 'Who had the original deleted' : 'Who asked for it'}</h2>
${htmlList([
  ['Asked for by', html`${who(requestedBy)}, ${moment(opened)}`],
  ['Reason', reason ?? 'none, or erased'],
  ...(deletion ? deletionRows(deletion, decisions, record.writes) : []),
  ['Ended', closed ? `${closed.state}, ${moment(closed.at)}` : 'not yet'],
  ...(batch === null ? [] : [['Batch', batch] as const]),
  ['Workflow', html`<code>${workflowId}</code>`],
  ['Newest entry', html`${entries.length}, <code>${end}</code>`],
])}</section>`;
}

function deletionRows(
  deletion: AuditDeletion,
  decisions: readonly AuditDecision[],
  writes: readonly AuditWrite[],
): (readonly [string, Markup | string])[] {
  const { approvals, decision, sent, confirmed } = deletion;
  const evidence = decisions.findLast((each) => each.decision === decision)?.evidence;
  const holding = evidence?.predicates.filter(({ holds }) => holds).length;
  const sentWords = writes
    .filter(({ n }) => sent.includes(n))
    .map(({ n, at, method, path, instance }) => `${method} ${path} to ${instance}, ${moment(at)} (entry ${n})`);
  return [
    [
      'Approved by',
      approvals.length === 0
        ? html`<span class="bad-word">nobody</span>`
        : html`${approvals.map((grant) => html`<div>${who(grant.who)}, ${moment(grant.at)}${grant.why ? `: “${grant.why}”` : ''} <span class="soft">(entry ${grant.n})</span></div>`)}`,
    ],
    ['Decision', html`<code>${decision ?? 'none'}</code>`],
    [
      'Known then',
      evidence
        ? `${holding} of ${evidence.predicates.length} statements held, ${counted(evidence.decision.pairs, 'pair')}, ${counted(evidence.decision.acceptedRisks.length, 'accepted risk')}, ${counted(evidence.decision.attested.length, 'step')} attested by a person`
        : 'the evidence cannot be read',
    ],
    ['Sent', sentWords.length > 0 ? sentWords.join('; ') : 'a person, in Jira'],
    ['Read to be gone', confirmed ? `${moment(confirmed.at)} (entry ${confirmed.n})` : 'never'],
  ];
}

function known({ decisions }: AuditRecord): Markup | undefined {
  if (decisions.length === 0) return undefined;
  return html`<section><h2>What was known</h2>${decisions.map(
    (
      { n, at, decision, artifact, evidence },
      i,
    ) => html`<h3>Decision ${decision.slice(0, 12)}, ${moment(at)} <span class="soft">(entry ${n})</span></h3>
${
  evidence
    ? html`<details${trusted(i === decisions.length - 1 ? ' open' : '')}><summary>${evidence.predicates.length} statements; evidence <code>${artifact}</code></summary>
${htmlTable(
  ['', 'Statement', 'Observed'],
  evidence.predicates.map(({ holds, sentence, observed }) => [
    holds ? html`<span class="good">✓ held</span>` : html`<span class="bad-word">✗ broken</span>`,
    sentence,
    observed,
  ]),
)}
${evidence.decision.acceptedRisks.length === 0 ? '' : html`<p>Accepted risks: ${evidence.decision.acceptedRisks.map(({ id, answer }) => html`<code>${id}</code> = ${answer} `)}</p>`}${(evidence.decision.deviations ?? []).length === 0 ? '' : html`<p>Accepted deviations: ${(evidence.decision.deviations ?? []).map(({ path, live, by, entry }) => html`<code>${path}</code> is ${JSON.stringify(live)}, by ${by ?? 'somebody'}, entry ${entry ?? ''} `)}</p>`}</details>`
    : html`<p class="warn">Its evidence <code>${artifact}</code> cannot be read.</p>`
}`,
  )}</section>`;
}

function written(writes: readonly AuditWrite[]): Markup {
  const rows = writes.map(({ n, at, step, instance, method, path, request, outcomes }) => [
    n,
    when(at),
    html`${workTitle(step)}<br><code>${method} ${path}</code><br><span class="soft">${instance}</span>`,
    outcomes.length === 0
      ? html`<span class="warn">no answer was entered; the step was read back</span>`
      : outcomes.map(({ outcome, status }) => html`<div>${outcome}${status === null ? '' : ` ${status}`}</div>`),
    html`<div class="small">request <code>${request ?? ''}</code>${outcomes.map(({ response }) => (response ? html`<br>response <code>${response}</code>` : ''))}</div>`,
  ]);
  return html`<section><h2>What was written where</h2>${
    rows.length === 0
      ? html`<p class="soft">Nothing was written to any instance by the service.</p>`
      : htmlTable(['Entry', 'When', 'What', 'Outcome', 'Digests'], rows)
  }</section>`;
}

function refused(entries: readonly AuditEntry[]): Markup {
  const rows = entries.map((entry) => [
    entry.n,
    when(entry.at),
    who(entry.who),
    entry.what,
    entry.answered ?? '',
    entry.why ?? '',
  ]);
  return html`<section><h2>What was refused</h2>${
    rows.length === 0
      ? html`<p class="soft">No message was refused.</p>`
      : htmlTable(['Entry', 'When', 'Who', 'What', 'What was answered', 'Reason given'], rows)
  }</section>`;
}

function everything(entries: readonly AuditEntry[]): Markup {
  const rows = entries.map((entry) => [
    entry.n,
    when(entry.at),
    who(entry.who),
    html`${entry.what}${entry.why === null ? '' : html`<br><span class="soft">“${entry.why}”</span>`}<div class="small"><code>${entry.hash}</code></div>`,
  ]);
  return html`<section><h2>Every entry</h2><details><summary>${entries.length} entries with their hashes</summary>${htmlTable(['Entry', 'When', 'Who', 'What'], rows)}</details></section>`;
}

function artifacts({ artifacts: all }: AuditRecord): Markup {
  const rows = all.map(({ name, digest, n, there }) => [
    name,
    html`<code>${digest}</code>`,
    n,
    there ? '' : html`<span class="bad-word">missing</span>`,
  ]);
  return html`<section><h2>Artifacts</h2><p class="soft">Configurations, issue data, plans and evidence; <code>migrator artifact get &lt;digest&gt;</code> writes one to a file.</p>${htmlTable(['What', 'SHA-256', 'Entry', ''], rows)}</section>`;
}

const when = (at: string): Markup => html`<span class="moment">${moment(at)}</span>`;

const who = (each: Who): Markup =>
  each.by === 'service'
    ? html`the service`
    : html`<b>${each.name ?? 'somebody whose name was erased'}</b> <span class="soft">(${GRADE_WORDS[each.grade]})</span>`;
