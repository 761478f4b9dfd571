/** Between which projects changes travel on through a third one, before a migration and after it. Pure. */
import { samePerson } from '../../contract/people.ts';
import type { Plan } from '../../contract/steps.ts';

/** A synchronization that has one of the projects too. */
export interface Beside {
  /** `instance/key` */
  name: string;
  /** Whom it acts as in that project; empty where that is not said. */
  user: string;
  /** The project that it joins with this one. */
  end: string;
}

/** Whom a synchronization acts as on its sides; empty where that is not known. */
export interface Acting {
  a: string;
  b: string;
}

/** One end that changes reach from now on, or no more. */
export interface Travel {
  through: string;
  end: string;
  travels: boolean;
  text: string;
}

/**
 * What changes. On B the same synchronizations are there before and after. So they are on A where nothing moved; a moved A has others,
 * and what joined the old A with some project is held against what joins the new A with it.
 */
export function travelChanges(
  { a, b, oldA }: Pick<Plan, 'a' | 'b' | 'oldA'>,
  beside: { a: readonly Beside[]; b: readonly Beside[]; oldA: readonly Beside[] },
  before: Acting,
  after: Acting,
): Travel[] {
  const nameOf = ({ instance, project }: Plan['a']) => `${instance}/${project}`;
  const [sideA, sideB] = [nameOf(a), nameOf(b)];
  const on = { a: { side: sideA, from: sideB, then: nameOf(oldA) }, b: { side: sideB, from: sideA, then: sideB } };
  return (['a', 'b'] as const).flatMap((which) => {
    const [was, is] = [before[which], after[which]];
    if (was === '' || is === '') return [];
    const { side, from, then } = on[which];
    const earlier = travelling(which === 'a' ? beside.oldA : beside.b, was);
    const later = travelling(beside[which], is);
    const who = ({ name, user }: Beside) =>
      `${name} acts there as ${user}, the original ${then === side ? '' : `on ${then} `}as ${was}, the new one as ${is}.`;
    const gained = without(later, earlier).map((one) => ({
      through: side,
      end: one.end,
      travels: true,
      text: `Changes will travel on between ${from} and ${one.end}, through ${side}: ${who(one)}`,
    }));
    const lost = without(earlier, later).map((one) => ({
      through: side,
      end: one.end,
      travels: false,
      text:
        then === side
          ? `Changes will no longer travel on between ${from} and ${one.end}, through ${side}: ${who(one)}`
          : `Changes will no longer travel on between ${from} and ${one.end}: they do through ${then}, by ${one.name}, and nothing carries them so through ${side}.`,
    }));
    return [...gained, ...lost];
  });
}

/** Those through which goes on what this user wrote. */
const travelling = (beside: readonly Beside[], user: string): Beside[] =>
  beside.filter((one) => one.user !== '' && !samePerson(one.user, user));

const without = (some: readonly Beside[], others: readonly Beside[]): Beside[] =>
  some.filter(({ end }) => !others.some((other) => other.end === end));
