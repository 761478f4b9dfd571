/**
 * What compose would run in containers, as commands and environments of this machine: the same words, with names of services, ports
 * and paths inside containers put where they are here. The cluster test runs nothing else.
 */
import { join } from 'node:path';
import { type Compose, ROOT, serviceOf } from './compose.ts';

/** Services that have no program here. */
export const NOT_RUN = ['temporal-ui', 'temporal-ui-door'];

export interface Place {
  /** Port in a container → port here, by service. */
  ports: Record<string, Record<string, number>>;
  /** A secret's name → its file here. */
  secrets: Record<string, string>;
  /** Files here instead of those that `configs` names. */
  configs: Record<string, string>;
  /** A program's path in its image → the words that run it here. */
  programs: Record<string, string[]>;
}

export interface NativeCommand {
  command: string[];
  /** Exactly the variables of the service, and their values here. */
  env: Record<string, string>;
}

/** `image` is what the image itself says, from the Dockerfile. */
export function nativeOf(
  compose: Compose,
  name: string,
  place: Place,
  image: { command?: string[]; env?: Record<string, string> } = {},
): NativeCommand {
  const service = serviceOf(compose, name);
  const files = {
    ...Object.fromEntries(
      service.secrets.map((secret) => [`/run/secrets/${secret}`, known(place.secrets, secret, 'secret')]),
    ),
    ...Object.fromEntries(
      service.configs.map(({ source, target }) => [
        target,
        place.configs[source] ?? join(ROOT, known(compose.configs, source, 'config').file),
      ]),
    ),
  };
  const here = (value: string): string => {
    const plain = value.replaceAll('$$', '$');
    const [, prefix = '', path = ''] = /^(file:)?(\/.*)$/.exec(plain) ?? [];
    if (path) return prefix + known(files, path, 'file in the container');
    return address(plain, place);
  };
  const words = service.command ?? image.command ?? [];
  return {
    command: words.flatMap((word) => place.programs[word] ?? [here(word)]),
    env: Object.fromEntries(
      Object.entries({ ...image.env, ...service.environment }).map(([variable, value]) => [variable, here(value)]),
    ),
  };
}

/** A service's name, its name with a port, also in a URL, a port alone, and the address that stands for all. */
function address(value: string, place: Place): string {
  const { ports } = place;
  if (value === '0.0.0.0') return '127.0.0.1';
  if (value.startsWith('http://')) return `http://${address(value.slice('http://'.length), place)}`;
  if (ports[value]) return '127.0.0.1';
  for (const [service, mapped] of Object.entries(ports)) {
    for (const [inside, here] of Object.entries(mapped)) {
      if (value === inside) return String(here);
      if (value === `${service}:${inside}`) return `127.0.0.1:${here}`;
    }
  }
  return value;
}

function known<T>(all: Record<string, T>, name: string, what: string): T {
  const found = all[name];
  if (found === undefined) throw new Error(`${what} ${name} is not known`);
  return found;
}
