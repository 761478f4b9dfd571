/** `migrator audit show`: one migration from its first entry to its last. */
import type { Command } from 'commander';
import { recordOf } from '../audit/record.ts';
import type { AuditDecision, AuditDeletion, AuditRecord, AuditWrite } from '../audit/types.ts';
import { outcomeWords, whoWords } from '../audit/words.ts';
import { moment } from '../report/words.ts';
import { pastMigration } from './auditFind.ts';
import { NAMED } from './find.ts';
import { columns, type Lines, say, sayJson } from './print.ts';
import { type ServiceOptions, withServiceOptions, withStore } from './service.ts';

export function addAuditShow(audit: Command): void {
  withServiceOptions(
    audit
      .command('show')
      .description('who did what, when, why and how they are known; writes, approvals, refusals, the decision')
      .argument('<migration>', NAMED),
  ).action(show);
}

async function show(name: string, options: ServiceOptions): Promise<void> {
  await withStore(options, async (store) => {
    const record = await recordOf(store, await pastMigration(store, name));
    if (!record) return;
    if (options.json) return sayJson(record);
    say(recordText(record));
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
