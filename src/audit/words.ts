/** Ledger entries as sentences. Pure. */
import type { LedgerEntry } from '../contract/ledger.ts';
import { listed, textFrom } from '../contract/text.ts';
import { basisWords, GRADE_WORDS, performer, workTitle } from '../report/words.ts';
import type { Who } from './types.ts';

export function whatHappened({ kind, subject, digests }: LedgerEntry): string {
  const text = (name: string): string => textFrom(subject[name] ?? '');
  const step = workTitle(text('step'), subject.undo === true);
  switch (kind) {
    case 'opened':
      return `Opened for ${text('original')}: workflow ${text('workflowId')}, epoch ${text('epoch')}`;
    case 'step':
      return `${step}: ${stepResult(subject)}`;
    case 'intent':
      return `${step}: about to send ${text('method')} ${text('path')} to ${text('instance')}`;
    case 'outcome':
      return `${step}: ${OUTCOMES[text('outcome')] ?? text('outcome')}${subject.status === undefined ? '' : ` (HTTP ${text('status')})`}, for entry ${text('intent')}`;
    case 'state':
      return stateWords(subject, step);
    case 'verb':
      if (subject.verb === 'withdraw')
        return `Took the approval of decision ${(digests.decision ?? '').slice(0, 12)} back`;
      return `Sent ${text('verb')}${subject.task ? ` to task ${text('task')}` : ''}${some(subject.questions)}`;
    case 'refused':
      if (subject.verb === 'several')
        return `${text('count')} more messages were refused, too many to record each${some(subject.verbs)}`;
      return `Sent ${text('verb')}, which was refused${subject.contradicted ? ': the check saw otherwise' : subject.state ? ` in ${text('state')}` : ''}`;
    case 'grant':
      return `Approved the delete for decision ${(digests.decision ?? '').slice(0, 12)}`;
    case 'closed':
      return `Ended: ${text('state')}`;
  }
}

function stepResult(subject: LedgerEntry['subject']): string {
  switch (subject.result) {
    case 'done': {
      const by = subject.by === 'read' ? 'it only reads' : subject.by ? `by ${performer(textFrom(subject.by))}` : '';
      const known = subject.by === 'read' && subject.basis === 'read' ? '' : basisWords(textFrom(subject.basis));
      return ['done', by, known].filter((part) => part !== '').join(', ');
    }
    case 'gone':
      return `${textFrom(subject.gone)} is gone, ${basisWords(textFrom(subject.basis))}`;
    case 'task':
      return `a person was asked (task ${textFrom(subject.task)})`;
    case 'blocked':
      return `blocked, ${textFrom(subject.code)}${some(subject.items)}`;
    case 'refused':
      return `refused${some(subject.codes)}`;
    default:
      return textFrom(subject.result ?? '');
  }
}

function stateWords(subject: LedgerEntry['subject'], step: string): string {
  if (subject.grantsSpent) return `${step}: the approvals are spent, another decision needs new ones`;
  if (subject.created !== undefined) return `Created ${textFrom(subject.created)}`;
  if (subject.identity !== undefined) return `Identified ${textFrom(subject.identity)}`;
  const state = textFrom(subject.state ?? Object.keys(subject).join(', '));
  const about = subject.code ?? subject.task;
  const policy = subject.policyChanged ? ', under another policy than before' : '';
  return `${state}${step === '' ? '' : ` at ${step}`}${about === undefined ? '' : ` (${textFrom(about)})`}${policy}`;
}

const some = (value: unknown): string =>
  Array.isArray(value) && value.length > 0 ? `: ${listed(value.map(textFrom), 8).join(', ')}` : '';

const OUTCOMES: Readonly<Record<string, string>> = {
  answered: 'answered',
  present: 'settled by reading, the effect is there',
  absent: 'settled by reading, there was no effect',
  refused: 'refused by the instance',
  notSent: 'not sent',
  unknown: 'the answer was lost',
};

export const outcomeWords = (outcome: string): string => OUTCOMES[outcome] ?? outcome;

/** `lee@example.com (a name somebody typed)`. */
export const whoWords = (who: Who): string =>
  who.by === 'service' ? 'the service' : `${who.name ?? 'somebody whose name was erased'} (${GRADE_WORDS[who.grade]})`;
