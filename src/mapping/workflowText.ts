/** The text of the advanced workflow editor, whose language nobody knows: the numbers and names in it that mean something on one instance. */
import { listed } from '../contract/text.ts';
import { lineFinder } from './document.ts';
import { nameInText } from './nameInText.ts';
import { namesWord } from './names.ts';
import { NUMBER } from './places.ts';
import { KIND_WORDS } from './references.ts';
import type { Resolver } from './resolve.ts';
import type { Suspicion } from './suspicion.ts';

/** Each number of a text once, with the line where it stands first. */
export function numbersWithLines(text: string): { number: string; line: number }[] {
  const lineOf = lineFinder(text);
  const found = new Map<string, number>();
  for (const { 0: number, index } of text.matchAll(new RegExp(NUMBER, 'g')))
    if (!found.has(number)) found.set(number, lineOf(index));
  return [...found].map(([number, line]) => ({ number, line }));
}

/** What a number is on the old instance, and became; of a text it is not said which of both kinds is meant. */
export const meaningsOf = (id: string, resolver: Resolver) =>
  (['status', 'transitionId'] as const).flatMap((kind) =>
    (resolver.entries('old', kind) ?? [])
      .filter((entry) => entry.id === id)
      .map(({ name }) => ({ thing: `${KIND_WORDS[kind]} "${name}"`, found: resolver.resolve({ kind, id }) })),
  );

/** The first of them; a long text of the advanced editor can hold hundreds. */
const EXPLAINED = 12;

/** What each number can be on the old instance and what that would be on the new one. Which is meant, a person sees. */
export function numbersOfWorkflow(text: string, resolver: Resolver): Suspicion | undefined {
  const why = 'it stands in a workflow mapping and holds numbers, which may be ids of statuses or transitions';
  const numbers = numbersWithLines(text);
  const stays = ({ number: id }: { number: string }): boolean => {
    const found = resolver.resolve({ kind: 'status', id });
    return (
      found.state === 'settled' &&
      found.value === id &&
      resolver.entries('old', 'transitionId')?.every((one) => one.id !== id) === true
    );
  };
  if (resolver.side.sameInstance && numbers.every(stays)) return undefined;
  const said = numbers.map(({ number, line }) => {
    const meant = meaningsOf(number, resolver).map(({ thing, found }) =>
      found.state === 'settled' ? `${thing}, ${found.value} there` : `${thing}, without a single counterpart`,
    );
    return meant.length > 0
      ? { known: true, what: `${number} is ${meant.join(' or ')}` }
      : {
          known: false,
          what: `${number} on line ${line} is neither a status nor a transition of ${resolver.side.oldInstance}`,
        };
  });
  // Those that nobody knows first: they are what a person must look at.
  const all = [...said.filter(({ known }) => !known), ...said.filter(({ known }) => known)].map(({ what }) => what);
  return { why: `${why} (${listed(all, EXPLAINED).join('; ')})` };
}

/** Statuses and transitions in such a text that are called otherwise there, or not at all, or whose name means another one. */
export function namesOfWorkflow(text: string, resolver: Resolver): Suspicion | undefined {
  for (const kind of ['status', 'transition'] as const) {
    for (const { name } of resolver.entries('old', kind) ?? []) {
      if (!namesWord(text, name)) continue;
      const named = `it names ${KIND_WORDS[kind]} "${name}"`;
      const there = resolver.entries('new', kind)?.filter((entry) => entry.name === name).length ?? 0;
      if (there !== 1) return { why: `${named}, of which there are ${there}` };
      const found = nameInText(kind, name, resolver);
      if (found.state === 'other')
        return { why: `${named}, which is ${found.now ? `"${found.now.name}"` : 'several'} there` };
      if (found.state === 'open')
        return {
          why: `${named}, and which that is there is not decided`,
          ...(found.question === undefined ? {} : { waitsFor: [found.question] }),
        };
    }
  }
  return undefined;
}

/** What is wrong with such a text as an answer. */
export function workflowProblems(answer: string, was: string, resolver: Resolver): string[] {
  const { oldInstance, newInstance } = resolver.side;
  const before = new Set(numbersWithLines(was).map(({ number }) => number));
  const [statuses, transitions] = [resolver.entries('new', 'status'), resolver.entries('new', 'transitionId')];
  const numbers = numbersWithLines(answer).flatMap(({ number, line }) => {
    const isThere = [...(statuses ?? []), ...(transitions ?? [])].some(({ id }) => id === number);
    const meant = meaningsOf(number, resolver);
    const [first] = meant;
    const others = meant.map(({ found }) => (found.state === 'settled' ? found.value : undefined));
    const isOld = before.has(number) && first && others.every((value) => value !== undefined && value !== number);
    if (first && (isOld || !isThere))
      return [
        `line ${line}: ${number} is ${first.thing} of ${oldInstance}; ${others[0] === undefined ? 'what that is there is not decided' : `there it is ${others[0]}`}.`,
      ];
    // A number that neither instance knows may be an amount: its line was named when it was asked about.
    if (isThere || before.has(number) || transitions === undefined) return [];
    return [`line ${line}: ${number} is neither a status nor a transition of ${newInstance}.`];
  });
  const names = (['status', 'transition'] as const).flatMap((kind) =>
    [...new Set((resolver.entries('old', kind) ?? []).map(({ name }) => name))]
      .filter((name) => namesWord(answer, name))
      .flatMap((name) => {
        const there = resolver.entries('new', kind)?.some((entry) => entry.name === name) ?? true;
        const found = namesWord(was, name) ? nameInText(kind, name, resolver) : undefined;
        if (there && found?.state !== 'other') return [];
        const lineOf = lineFinder(answer);
        return [
          `line ${lineOf(answer.indexOf(name))}: "${name}" is ${there ? `another ${KIND_WORDS[kind]}` : `no ${KIND_WORDS[kind]}`} of ${newInstance}.`,
        ];
      }),
  );
  return [...numbers, ...names];
}
