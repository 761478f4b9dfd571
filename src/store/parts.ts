/** A statement has a limit of parameters: what is long goes in parts. */
const AT_ONCE = 500;

export function* partsOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += AT_ONCE) yield all.slice(at, at + AT_ONCE);
}
