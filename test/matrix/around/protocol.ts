/** What happened in one run, in order, for whoever replays it: the sandbox's record beside the migrator's ledger. */
import type { RecordEntry } from '../../../sandbox/world/record.ts';
import type { LedgerEntry } from '../../../src/contract/ledger.ts';

export function protocolOf(record: readonly RecordEntry[], ledger: readonly LedgerEntry[]): string {
  const began = record[0]?.at ?? 0;
  const lines = [
    ...record.map((entry) => ({ at: entry.at, text: recorded(entry) })),
    ...ledger.map((entry) => ({ at: Date.parse(entry.at), text: entered(entry) })),
  ];
  return lines
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, text }) => `${String(at - began).padStart(6)} ${text}`)
    .join('\n');
}

function recorded({ n, kind, instance = '', user = '', method, path, status, what, detail }: RecordEntry): string {
  const request =
    method && path ? `${method} ${path.replace('/plugins/servlet/backbone-issue-sync/api/1', '…')} ${status}` : '';
  return [`${n}`, kind, instance, user, request, what, detail && JSON.stringify(detail)].filter(Boolean).join(' ');
}

const entered = ({ n, kind, subject }: LedgerEntry): string => `  ledger ${n} ${kind} ${JSON.stringify(subject)}`;
