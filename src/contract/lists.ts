/**
 * Lists of others, in time that grows with their length and no faster. They can have a million elements: as many arguments of one call
 * (`push(...list)`) are more than the stack holds, and a look through one for each element of another lasts for hours.
 */

/** Those of a list that the other one lacks, by what `nameOf` says of each: the element itself where nothing else is said. */
export function without<T, N = T>(list: readonly T[], other: Iterable<N>, nameOf?: (element: T) => N): T[] {
  const taken = new Set<unknown>(other);
  return list.filter((element) => !taken.has(nameOf ? nameOf(element) : element));
}

/** Those of a list that the other one has, too. */
export function common<T>(list: readonly T[], other: Iterable<T>): T[] {
  const wanted = new Set(other);
  return list.filter((element) => wanted.has(element));
}

export function append<T>(list: T[], more: Iterable<T>): void {
  for (const element of more) list.push(element);
}

export function largest(numbers: Iterable<number>, least = Number.NEGATIVE_INFINITY): number {
  let most = least;
  for (const number of numbers) if (number > most) most = number;
  return most;
}
