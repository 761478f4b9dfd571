/** A map by pair of issue keys. Joining two keys into one text for each of a million pairs costs seconds; this does not. */

interface Link<T> {
  first: string;
  second: string;
  value: T;
  /** Another pair of the same first issue: a defect, so the chain is short. */
  next: Link<T> | undefined;
}

export class PairMap<T> {
  readonly #links = new Map<string, Link<T>>();

  get(first: string, second: string): T | undefined {
    return this.#find(first, second)?.value;
  }

  has(first: string, second: string): boolean {
    return this.#find(first, second) !== undefined;
  }

  set(first: string, second: string, value: T): void {
    const link = this.#find(first, second);
    if (link) link.value = value;
    else this.#links.set(first, { first, second, value, next: this.#links.get(first) });
  }

  /** True when it was there. */
  delete(first: string, second: string): boolean {
    let before: Link<T> | undefined;
    for (let link = this.#links.get(first); link; before = link, link = link.next) {
      if (link.second !== second) continue;
      if (before) before.next = link.next;
      else if (link.next) this.#links.set(first, link.next);
      else this.#links.delete(first);
      return true;
    }
    return false;
  }

  *values(): Generator<T> {
    for (let link of this.#links.values()) {
      yield link.value;
      while (link.next) {
        link = link.next;
        yield link.value;
      }
    }
  }

  #find(first: string, second: string): Link<T> | undefined {
    let link = this.#links.get(first);
    while (link && link.second !== second) link = link.next;
    return link;
  }
}
