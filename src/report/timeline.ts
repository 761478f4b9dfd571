/** A migration as a picture: a row for each step, time from left to right, what was sent and said as marks. Inline SVG. */

import type { AuditEntry, AuditRecord } from '../audit/types.ts';
import { largest } from '../contract/lists.ts';
import { STEP_NAMES } from '../contract/names.ts';
import { html, type Markup } from './html.ts';
import { duration, moment, stepTitle } from './words.ts';

const WIDTH = 960;
const LABELS = 190;
/** Room on the right for the time of the last step. */
const MARGIN = 76;
const ROW = 30;
const TOP = 34;

interface Segment {
  row: number;
  from: number;
  to: number;
  /** Milliseconds. */
  ms: number;
}

export function timeline({ entries }: Pick<AuditRecord, 'entries'>): Markup | undefined {
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last) return undefined;
  const rowNames = STEP_NAMES.filter((step) => entries.some((entry) => stepOf(entry) === step));
  const rows = new Map<string | undefined, number>(rowNames.map((name, row) => [name, row]));
  const rowOf = (step: string | undefined): number => rows.get(step) ?? -1;
  const places = placesOf(entries);
  const x = (i: number): number => places[Math.max(0, i)] ?? LABELS;
  const y = (row: number): number => TOP + row * ROW + ROW / 2;
  const height = TOP + rowNames.length * ROW + 12;
  const segments = segmentsOf(entries, rowOf, x);
  return html`<figure class="timeline"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Timeline of the migration" xmlns="http://www.w3.org/2000/svg">
<text class="axis" x="${LABELS}" y="14">${moment(first.at)}</text>
<text class="axis" x="${WIDTH - MARGIN}" y="14" text-anchor="end">${moment(last.at)}</text>
${rowNames.map(
  (
    step,
    row,
  ) => html`<rect class="row${row % 2 === 0 ? ' even' : ''}" x="0" y="${TOP + row * ROW}" width="${WIDTH}" height="${ROW}"/>
<text class="label" x="${LABELS - 14}" y="${y(row) + 4}" text-anchor="end">${stepTitle(step)}</text>\n`,
)}
${segments.map(
  ({ row, from, to }) =>
    html`<rect class="bar" x="${from}" y="${y(row) - 6}" width="${Math.max(2, round(to - from))}" height="12" rx="3"/>\n`,
)}
${rowNames.map((_, row) => timeTaken(segments, row, y(row)))}
${entries.map((entry, i) => mark(entry, x(i), y(rowOf(stepOf(entry)))))}
</svg><figcaption class="soft">${legend()} Long waits are drawn shorter than they were; the times beside the bars are exact.</figcaption></figure>`;
}

/** Of a grant, the gate; of an answer, the task, which has the step's name. */
function stepOf({ kind, subject }: AuditEntry): string | undefined {
  if (kind === 'grant') return 'approval';
  if (typeof subject.step === 'string') return subject.step;
  return typeof subject.task === 'string' ? subject.task : undefined;
}

/** Entries keep a least distance, and a wait of days does not push all else into a corner. */
function placesOf(entries: readonly AuditEntry[]): number[] {
  let sum = 0;
  const sums = entries.map(({ at }, i) => {
    const before = entries[i - 1];
    if (before) sum += 0.25 + Math.log1p(Math.max(0, Date.parse(at) - Date.parse(before.at)) / 150);
    return sum;
  });
  const scale = (WIDTH - LABELS - MARGIN) / (sum || 1);
  return sums.map((each) => round(LABELS + each * scale));
}

/** A step runs from the entry before its first to its last in a row; it can come again. */
function segmentsOf(
  entries: readonly AuditEntry[],
  rowOf: (step: string | undefined) => number,
  x: (i: number) => number,
): Segment[] {
  const segments: Segment[] = [];
  let open: Segment | undefined;
  let begun = 0;
  for (const [i, entry] of entries.entries()) {
    const row = rowOf(stepOf(entry));
    if (row < 0) continue;
    if (open?.row !== row) {
      begun = Math.max(0, i - 1);
      open = { row, from: x(begun), to: x(i), ms: 0 };
      segments.push(open);
    }
    open.to = x(i);
    open.ms = Date.parse(entry.at) - Date.parse(entries[begun]?.at ?? entry.at);
  }
  return segments;
}

function timeTaken(segments: readonly Segment[], row: number, y: number): Markup {
  const mine = segments.filter((segment) => segment.row === row);
  const to = largest(mine.map((segment) => segment.to));
  const ms = mine.reduce((sum, segment) => sum + segment.ms, 0);
  return html`<text class="took" x="${to + 15}" y="${y + 4}">${duration(ms)}</text>\n`;
}

function mark(entry: AuditEntry, x: number, y: number): Markup | undefined {
  const look = lookOf(entry);
  if (!look || y < TOP) return undefined;
  return html`<g class="${look}"><title>${entry.n}. ${moment(entry.at)} ${entry.what}</title>${shape(look, x, y)}</g>\n`;
}

type Look = 'sent' | 'delete' | 'lost' | 'said' | 'granted' | 'denied';

function lookOf({ kind, subject }: AuditEntry): Look | undefined {
  switch (kind) {
    case 'intent':
      return subject.step === 'deleteOriginal' ? 'delete' : 'sent';
    case 'outcome':
      return subject.outcome === 'unknown' || subject.outcome === 'refused' ? 'lost' : undefined;
    case 'verb':
      return 'said';
    case 'grant':
      return 'granted';
    case 'refused':
      return 'denied';
    default:
      return undefined;
  }
}

function shape(look: Look, x: number, y: number): Markup {
  switch (look) {
    case 'sent':
      return html`<circle cx="${x}" cy="${y}" r="3.2"/>`;
    case 'delete':
      return html`<circle cx="${x}" cy="${y}" r="6"/>`;
    case 'lost':
      return html`<circle cx="${x}" cy="${y}" r="4.2"/>`;
    case 'said':
      return html`<path d="M${x} ${y - 6} l6 6 l-6 6 l-6 -6 z"/>`;
    case 'granted':
      return html`<circle cx="${x}" cy="${y}" r="7"/><path class="tick" d="M${x - 3} ${y} l2.4 2.6 l4 -5"/>`;
    case 'denied':
      return html`<path d="M${x - 4.5} ${y - 4.5} l9 9 m0 -9 l-9 9"/>`;
  }
}

const LEGEND: readonly (readonly [Look, string])[] = [
  ['sent', 'sent'],
  ['lost', 'answer lost or refused'],
  ['said', 'a person’s message'],
  ['denied', 'a message that was refused'],
  ['granted', 'approval'],
  ['delete', 'delete sent'],
];

const legend = (): Markup[] =>
  LEGEND.map(
    ([look, words]) =>
      html`<span class="key"><svg viewBox="0 0 18 18" width="18" height="18" aria-hidden="true"><g class="${look}">${shape(look, 9, 9)}</g></svg>${words}</span> `,
  );

const round = (value: number): number => Math.round(value * 10) / 10;

/** Beside the stylesheet of every page. */
export const TIMELINE_STYLE = `
.timeline { margin: .6rem 0 0; }
.timeline > svg { display: block; width: 100%; height: auto; font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.timeline text { fill: var(--ink); } .timeline .axis, .timeline .took { fill: var(--soft); font-variant-numeric: tabular-nums; }
.timeline .row { fill: none; } .timeline .row.even { fill: var(--tint); }
.timeline .bar { fill: var(--soft); opacity: .28; }
.timeline .sent { fill: #2f6fb7; } .timeline .lost { fill: var(--paper); stroke: var(--warn); stroke-width: 2; }
.timeline .said { fill: #8250b8; } .timeline .denied { fill: none; stroke: var(--bad); stroke-width: 2.4; stroke-linecap: round; }
.timeline .granted circle { fill: var(--good); } .timeline .tick { fill: none; stroke: var(--paper); stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.timeline .delete { fill: var(--bad); }
.timeline figcaption { margin-top: .5rem; font-size: .86rem; } .key { white-space: nowrap; margin-right: .8rem; } .key svg { vertical-align: -.28em; margin-right: .2rem; }
.small code { font-size: .76em; } .who { white-space: nowrap; }
@media (prefers-color-scheme: dark) { .timeline .sent { fill: #6ea8e8; } .timeline .said { fill: #b692e0; } }
@media print { .timeline > svg { break-inside: avoid; } }
`;
