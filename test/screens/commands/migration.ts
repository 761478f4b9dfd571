/** A migration: asked, in trouble, at the gate, lost and taken over, and on its way back. */
import { TYPED } from '../judge.ts';
import { all, both, decided, INT_16, NOTHING, type Place, REASON, rowsAt, why } from './row.ts';

const asked = rowsAt('asked');
const trouble = rowsAt('trouble');
const gate = rowsAt('gate');
const lost = rowsAt('lost');
const back = rowsAt('back');
const partner = rowsAt('partner');

const approved =
  (by: string) =>
  ({ decision }: Place): string[] => ['jira-old/INT-16', '--by', by, '--decision', decision, ...why];
const sealing = ({ file }: Place): string[] => ['--key', file('seal.key')];
const written = (name: string) => (place: Place) => ['jira-old/INT-16', '--out', place.file(name)];

const ASKED = [
  asked('status', NOTHING, both(0)),
  asked('status', INT_16, both(0)),
  asked('status', () => ['no\nsuch \u001b[2J migration'], both(1)),
  asked('inbox', NOTHING, both(0)),
  asked('watch', INT_16, all(0), { until: /WaitingForPerson/ }),
  asked('mapping explain', () => ['jira-old/INT-16', '--all'], both(4)),
  asked('mapping export', () => ['jira-old/INT-16', '--all'], { json: 0, terminal: 0 }),
  asked('answer', () => decided(), all(2), { until: /J> /, keys: '\u0004' }),
  asked('answer', () => decided('--set', `copyGap=${TYPED[4]}`), both(2)),
  asked('answer', ({ file }) => decided('--task', 'preflight', '--file', file('answers.json')), both(3)),
  asked('pause', () => decided(...why), { text: 0 }),
  asked('resume', () => decided(...why), { text: 0 }),
  asked('pause', () => decided(...why), { json: 0 }),
  asked('resume', () => decided(...why), { json: 0 }),
  asked('approve', () => decided('--decision', 'deadbeef'), both(3)),
];

const TROUBLE = [
  trouble('status', INT_16, both(0)),
  trouble('inbox', NOTHING, both(0)),
  trouble('watch', INT_16, all(0), { until: /NeedsAttention/ }),
  trouble('watch', NOTHING, all(0), { until: /NeedsAttention/ }),
  trouble('audit show', INT_16, both(0)),
  trouble('answer', () => decided('--set', 'x=y'), both(2)),
];

const GATE = [
  gate('status', INT_16, both(0)),
  gate('report', written('evidence.html'), both(0)),
  gate('packet', written('none'), both(1)),
  gate('artifact get', ({ evidence, file }) => [evidence, '--out', file('evidence')], both(0)),
  gate('artifact get', ({ evidence }) => [evidence], { terminal: 2 }),
  gate('artifact serve', () => ['--port', '0'], both(0), { until: /127\.0\.0\.1/ }),
  gate('approve', approved(`mallory ${TYPED[4]}`), both(3)),
  gate('approve', approved('lee@example.com'), both(0)),
  gate('withdraw', () => decided(...why), both(3)),
  gate('retry', () => decided(...why), both(3)),
  gate('takeover', () => decided('--yes'), both(3)),
  gate('rollback', () => decided(), all(4), { until: /Type yes: /, keys: 'no\r' }),
  gate('audit list', NOTHING, both(0)),
  gate('audit list', () => ['--person', REASON, '--outcome', REASON], both(0)),
  gate('audit show', INT_16, both(0)),
  gate('audit report', written('audit.html'), both(0)),
  gate('audit keys create', sealing, { text: 0 }, { alone: true }),
  gate('audit keys create', sealing, { json: 2 }, { alone: true }),
  gate('audit keys show', sealing, both(0), { alone: true }),
  gate('audit seal', (place) => [...sealing(place), '--out', place.file('seal.json')], { text: 0 }),
  gate('audit seal', (place) => [...sealing(place), '--out', 'x', '--after', place.file('nonsense.json')], both(2)),
  gate('audit verify', NOTHING, both(0)),
  gate('audit verify', ({ file }) => ['--seal', file('seal.json'), '--public-key', file('seal.key.pub')], both(0)),
  gate('audit verify', ({ file }) => ['--seal', file('nonsense.json'), '--public-key', file('seal.key.pub')], both(2)),
];

const LOST = [
  lost('status', NOTHING, both(0)),
  lost('inbox', NOTHING, both(0)),
  lost('pause', () => decided(), both(1)),
  lost('takeover', () => decided(...why), all(2), { until: /to take it over: /, keys: 'no\r' }),
  lost('takeover', ({ taskQueue }) => decided(...why, '--yes', '--task-queue', taskQueue), { text: 0 }),
];

const BACK = [
  back('reject', () => decided(...why, '--then', 'rollback'), { text: 0 }),
  back('status', INT_16, both(0)),
  back('audit show', INT_16, both(0)),
];

const PARTNER = [
  partner('packet', written('packet'), both(0)),
  partner('status', INT_16, both(0)),
  partner('answer', ({ file }) => decided('--file-for', `partner=${file('answers.csv')}`), both(3)),
];

export const MIGRATION_ROWS = [...ASKED, ...TROUBLE, ...GATE, ...LOST, ...BACK, ...PARTNER];
