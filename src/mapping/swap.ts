/** Exchanging the sides of a configuration: what was first is second. Done by the product, so that nobody swaps JSON by hand. */
import { define, isObject, type JsonObject } from './json.ts';

/** A Map, since any text of the configuration is looked up here, `valueOf` and `constructor` among them. */
const DIRECTIONS: ReadonlyMap<string, string> = new Map([
  ['FIRST_TO_SECOND', 'SECOND_TO_FIRST'],
  ['SECOND_TO_FIRST', 'FIRST_TO_SECOND'],
]);

/** `firstFieldId` ↔ `secondFieldId`, `firstToSecond` ↔ `secondToFirst`; any other name is its own partner. */
function partnerName(name: string): string {
  if (/^firstToSecond(?![a-z])/.test(name)) return name.replace('firstToSecond', 'secondToFirst');
  if (/^secondToFirst(?![a-z])/.test(name)) return name.replace('secondToFirst', 'firstToSecond');
  if (/^first(?![a-z])/.test(name)) return name.replace('first', 'second');
  if (/^second(?![a-z])/.test(name)) return name.replace('second', 'first');
  return name;
}

/**
 * A copy with both sides exchanged. Where both partners are present the members keep their places and exchange their values, so
 * the order of members stays; swapping twice gives back what was there.
 */
export function swapSides<T>(value: T): T;
export function swapSides(value: unknown): unknown {
  if (typeof value === 'string') return DIRECTIONS.get(value) ?? value;
  if (Array.isArray(value)) return value.map((element) => swapSides(element));
  if (!isObject(value)) return value;
  const swapped: JsonObject = {};
  for (const [name, member] of Object.entries(value)) {
    const partner = partnerName(name);
    if (partner !== name && Object.hasOwn(value, partner)) define(swapped, name, swapSides(value[partner]));
    else define(swapped, partner, swapSides(member));
  }
  return swapped;
}
