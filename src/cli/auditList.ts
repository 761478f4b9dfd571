/** `migrator audit list`: past migrations by time, person, instance, synchronization, batch and outcome. */
import type { Command } from 'commander';
import { type AuditFilter, type AuditLine, listMigrations } from '../audit/list.ts';
import type { Who } from '../audit/types.ts';
import { moment } from '../report/words.ts';
import { usageError } from './errors.ts';
import { columns, say, sayJson } from './print.ts';
import { type ServiceOptions, withServiceOptions, withStore } from './service.ts';

type ListOptions = ServiceOptions & AuditFilter;

export function addAuditList(audit: Command): void {
  withServiceOptions(audit.command('list').description('past and present migrations, the oldest first'))
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
  const { from, to, person, instance, synchronization, batch, outcome } = options;
  const filter = {
    person,
    instance,
    synchronization,
    batch,
    outcome,
    from: instant('from', from),
    to: instant('to', to),
  };
  await withStore(options, async (store) => {
    const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
    const lines = await listMigrations(store, given);
    if (options.json) return sayJson(lines);
    if (lines.length === 0) return say('No migration fits.');
    const head = ['MIGRATION', 'ORIGINAL', 'NEW', 'OUTCOME', 'OPENED', 'ASKED FOR BY', 'APPROVED BY', 'REFUSED'];
    say(columns([head, ...lines.map(row)]));
  });
}

/** Entries carry UTC with milliseconds, and are compared as text. */
function instant(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw usageError(`--${name} ${text} is no time.`, 'Give ISO 8601, like 2026-11-20T20:00:00Z.');
  return new Date(ms).toISOString();
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
