/** `migrator audit`: what happened, who decided it and how that is known, from the store alone. Temporal is never asked. */
import type { Command } from 'commander';
import type { Finding } from '../audit/findings.ts';
import { type AuditFilter, type AuditLine, listMigrations } from '../audit/list.ts';
import { recordOf } from '../audit/record.ts';
import type { AuditDecision, AuditDeletion, AuditRecord, AuditWrite, Who } from '../audit/types.ts';
import { verifyStore } from '../audit/verify.ts';
import { outcomeWords, whoWords } from '../audit/words.ts';
import { auditPage } from '../report/auditPage.ts';
import { moment } from '../report/words.ts';
import { addAuditKeys } from './auditFiles.ts';
import { addAuditSeal, addAuditVerify } from './auditVerify.ts';
import { usageError } from './errors.ts';
import { NAMED, pastMigration } from './find.ts';
import { writeOut } from './output.ts';
import { answer, columns, type Lines, sayJson, sayWritten } from './print.ts';
import { type ServiceOptions, serviceCommand, withStore } from './service.ts';

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('past migrations from the store alone: who, what, when, why');
  addList(audit);
  addShow(audit);
  addAuditVerify(audit);
  addAuditSeal(audit);
  addAuditKeys(audit);
  addReport(audit);
}

type ListOptions = ServiceOptions & AuditFilter;

function addList(audit: Command): void {
  serviceCommand(audit, 'list', 'past and present migrations, the oldest first')
    .option('--from <time>', 'with an entry from then on, ISO 8601')
    .option('--to <time>', 'with an entry up to then, ISO 8601')
    .option('--person <name>', 'in which this person asked for, answered, approved or tried something')
    .option('--instance <name>', 'where the original or the new one is')
    .option('--synchronization <key>', 'INT-16 or jira-old/INT-16: the original, or the new one')
    .option('--batch <name>', 'of this batch')
    .option('--outcome <state>', 'that ended in this state, or stand in it')
    .action(list);
}

async function list(options: ListOptions): Promise<void> {
  const { from, to, ...others } = options;
  const filter = { ...others, ...instant('from', from), ...instant('to', to) };
  await withStore(options, async (store) => {
    const lines = await listMigrations(store, filter);
    const head = ['MIGRATION', 'ORIGINAL', 'NEW', 'OUTCOME', 'OPENED', 'ASKED FOR BY', 'APPROVED BY', 'REFUSED'];
    answer(options, lines, lines.length === 0 ? 'No migration fits.' : columns([head, ...lines.map(row)]));
  });
}

/** Entries carry UTC with milliseconds, and are compared as text. */
function instant(name: 'from' | 'to', text: string | undefined): Pick<AuditFilter, 'from' | 'to'> {
  if (text === undefined) return {};
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw usageError(`--${name} ${text} is no time.`, 'Give ISO 8601, like 2026-11-20T20:00:00Z.');
  return { [name]: new Date(ms).toISOString() };
}

const row = (line: AuditLine): string[] => [
  line.migration,
  line.original,
  line.created.join(', '),
  line.outcome,
  moment(line.opened),
  nameOf(line.requestedBy),
  (line.deletion?.approvals ?? []).map((grant) => nameOf(grant.who)).join(', '),
  line.refused === 0 ? '' : String(line.refused),
];

const nameOf = (who: Who): string => (who.by === 'service' ? 'the service' : (who.name ?? '(erased)'));

function addShow(audit: Command): void {
  const description = 'who did what, when, why and how they are known; writes, approvals, refusals, the decision';
  serviceCommand(audit, 'show', description, ['<migration>', NAMED]).action(show);
}

async function show(name: string, options: ServiceOptions): Promise<void> {
  await withStore(options, async (store) => {
    const record = await recordOf(store, await pastMigration(store, name));
    if (record) answer(options, record, recordText(record));
  });
}

const recordText = (record: AuditRecord): Lines => [
  `${record.original}${record.created.length > 0 ? ` → ${record.created.join(', ')}` : ''}  ${record.outcome}`,
  `Migration ${record.migration}, workflow ${record.workflowId}${record.batch === null ? '' : `, batch ${record.batch}`}`,
  `Asked for by ${whoWords(record.requestedBy)} at ${moment(record.opened)}: ${record.reason ?? 'no reason, or it was erased'}`,
  ...(record.deletion ? ['', deletionText(record.deletion, record.decisions)] : []),
  '',
  'Entries',
  entriesText(record),
  '',
  'Written',
  record.writes.length === 0 ? '  nothing' : record.writes.map(writeText),
  '',
  'Refused',
  record.refused.length === 0 ? '  nothing' : refusedText(record),
  '',
  'Artifacts',
  columns(
    record.artifacts.map(({ name, digest, n, there }) => [name, digest, `entry ${n}`, there ? '' : 'MISSING']),
    '  ',
  ),
];

function deletionText({ approvals, confirmed, decision }: AuditDeletion, decisions: AuditDecision[]): Lines {
  const granted = approvals.map(
    ({ n, at, who, why }) =>
      `  Approved by ${whoWords(who)} at ${moment(at)}${why === null ? '' : `: ${why}`} (entry ${n})`,
  );
  const at = decisions.findLast((each) => each.decision === decision);
  const holding = at?.evidence?.predicates.filter(({ holds }) => holds).length;
  return [
    'The original was deleted',
    ...(granted.length > 0 ? granted : ['  Approved by nobody']),
    `  Decision ${decision ?? 'none'}`,
    at?.evidence
      ? `  Known then: ${holding} of ${at.evidence.predicates.length} statements held (evidence ${at.artifact}, entry ${at.n})`
      : '  Known then: the evidence cannot be read',
    `  Read to be gone: ${confirmed ? `${moment(confirmed.at)} (entry ${confirmed.n})` : 'never'}`,
  ];
}

const entriesText = ({ entries }: AuditRecord): Lines =>
  columns(
    entries.map(({ n, at, who, why, what }) => [
      String(n),
      moment(at),
      who.by === 'service' ? '' : whoWords(who),
      why === null ? what : `${what}: ${why}`,
    ]),
    '  ',
  );

const writeText = ({ n, at, instance, method, path, request, outcomes }: AuditWrite): Lines => [
  `  ${n}  ${moment(at)}  ${instance}  ${method} ${path}`,
  `      request  ${request ?? 'unknown'}`,
  ...outcomes.map(
    ({ outcome, status, response }) =>
      `      ${outcomeWords(outcome)}${status === null ? '' : ` (HTTP ${status})`}${response === null ? '' : `, response ${response}`}`,
  ),
  ...(outcomes.length === 0 ? ['      no answer was entered; the step was read back'] : []),
];

const refusedText = ({ refused }: AuditRecord): Lines =>
  columns(
    refused.map(({ n, at, who, what, answered }) => [String(n), moment(at), whoWords(who), what, answered ?? '']),
    '  ',
  );

function addReport(audit: Command): void {
  const description = 'write a migration as one HTML page that loads nothing, with a picture of its course';
  serviceCommand(audit, 'report', description, ['<migration>', NAMED])
    .option('--out <file>', 'the file to write (default audit-<migration>.html)')
    .action(report);
}

async function report(name: string, options: ServiceOptions & { out?: string }): Promise<void> {
  await withStore(options, async (store) => {
    const migration = await pastMigration(store, name);
    const record = await recordOf(store, migration);
    if (!record) return;
    const findings: Finding[] = [];
    const verdict = await verifyStore(store, { migration, onFinding: (finding) => findings.push(finding) });
    const file = options.out ?? `audit-${migration}.html`;
    const madeAt = new Date(await store.now()).toISOString();
    await writeOut(file, auditPage({ record, verdict, findings, madeAt }));
    if (options.json) return sayJson({ migration, file, outcome: record.outcome, verdict: verdict.verdict });
    sayWritten(`${file} (${record.outcome}; the record is ${verdict.verdict})`);
  });
}
