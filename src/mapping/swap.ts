/** Exchanging the sides of a configuration: what was first is second. Done by the product, so that nobody swaps JSON by hand. */
import { type Group, type Node, rename, setText, textOf } from './document.ts';

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
 * In place; twice gives back the same bytes. Where both partners are present the members keep their places and exchange their values, so the order of members
 * stays; else the member is renamed.
 */
export function swapNode(node: Node): void {
  if (node.kind === 'leaf') {
    const turned = DIRECTIONS.get(textOf(node) ?? '');
    if (turned !== undefined) setText(node, turned);
  } else if (node.kind === 'list') node.items.forEach(swapNode);
  else {
    for (const { value } of node.members) swapNode(value);
    swapMembers(node);
  }
}

function swapMembers({ members }: Group): void {
  const named = (name: string) => members.filter((member) => member.name === name);
  // All are looked at before any is renamed.
  const pairs = [...new Set(members.map(({ name }) => name))].flatMap((name) => {
    const partner = partnerName(name);
    const [own, others] = [named(name), named(partner)];
    if (partner === name || (others.length > 0 && partner < name)) return [];
    return [{ name, partner, own, others }];
  });
  for (const { name, partner, own, others } of pairs) {
    if (own.length === others.length) {
      own.forEach((member, n) => {
        const other = others[n];
        if (other) [member.value, other.value] = [other.value, member.value];
      });
    } else {
      // A name that stands twice, unlike its partner: only names can change.
      for (const member of own) rename(member, partner);
      for (const member of others) rename(member, name);
    }
  }
}
