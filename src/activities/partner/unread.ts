/** What is not read of a partner without access, in sentences that stay the same from the plan to the decision. */
import type { StepName } from '../../contract/names.ts';
import type { Plan } from '../../contract/steps.ts';
import { type StepContext, sideName } from '../context.ts';

/** Empty where both sides are read. */
export function notReadOf({ b, moved }: Pick<Plan, 'b' | 'moved'>): string[] {
  if (!b.unread) return [];
  const name = sideName(b);
  return [
    `${name}: its Jira was not read (access: none). No issue, field, comment or permission of it was looked at by us.`,
    `${name}: its ids were taken over unchanged, since it did not move.`,
    `${name}: which of its issues are in scope and not paired is not known, so the start may have created copies of them.`,
    moved
      ? `${name}: what changed there since the copy is known only as far as the old A received it.`
      : `${name}: what changed there while nothing was synchronized is not known.`,
  ];
}

/** Steps that rest on somebody's word. What verify cannot read of the partner is that, whatever the partner returned. */
export const attestedSteps = ({ facts }: StepContext): StepName[] => [
  ...new Set([...(facts.attested ?? []), ...(facts.plan?.b.unread ? (['verify'] as const) : [])]),
];
