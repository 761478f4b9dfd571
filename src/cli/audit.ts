/** `migrator audit`: what happened, who decided it and how that is known, from the store alone. Temporal is never asked. */
import type { Command } from 'commander';
import { addAuditKeys } from './auditKeys.ts';
import { addAuditList } from './auditList.ts';
import { addAuditReport } from './auditReport.ts';
import { addAuditSeal } from './auditSeal.ts';
import { addAuditShow } from './auditShow.ts';
import { addAuditVerify } from './auditVerify.ts';

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('past migrations from the store alone: who, what, when, why');
  addAuditList(audit);
  addAuditShow(audit);
  addAuditVerify(audit);
  addAuditSeal(audit);
  addAuditKeys(audit);
  addAuditReport(audit);
}
