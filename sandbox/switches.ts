/** Reading and setting switches; `switch-list.ts` has them all. */
import { SWITCHES, type SwitchName, type SwitchValue } from './switch-list.ts';

type Widened<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : readonly string[];
export type Switches = { [Name in SwitchName]: Widened<(typeof SWITCHES)[Name][0]> };

export function defaultSwitches(): Switches {
  const values: [string, SwitchValue][] = Object.entries(SWITCHES).map(([name, [value]]) => [name, value]);
  return Object.fromEntries(values) as Switches;
}

/** Name, value and sentence of each switch, for GET /sandbox/switches and docs/sandbox.md. */
export function describeSwitches(
  switches: Switches,
): Record<string, { value: SwitchValue; default: SwitchValue; about: string }> {
  const rows = Object.entries(SWITCHES).map(([name, [standard, about]]) => [
    name,
    { value: switches[name as SwitchName], default: standard, about },
  ]);
  return Object.fromEntries(rows);
}

/** Sets the named switches; unknown names and values of the wrong type are refused together, and nothing is set. */
export function setSwitches(switches: Switches, wanted: Record<string, unknown>): string[] {
  const problems: string[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    if (!(name in SWITCHES)) problems.push(`There is no switch ${name}`);
    else if (kindOf(value) !== kindOf(switches[name as SwitchName])) {
      problems.push(`Switch ${name} takes ${kindOf(switches[name as SwitchName])}`);
    } else {
      const [, , words]: readonly [SwitchValue, string, (readonly SwitchValue[])?] = SWITCHES[name as SwitchName];
      if (words && !words.some((word) => word === value)) problems.push(`Switch ${name} is ${words.join(', ')}`);
    }
  }
  if (problems.length === 0) Object.assign(switches, wanted);
  return problems;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : typeof value;
}
