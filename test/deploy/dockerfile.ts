/** The Dockerfile as data: the instructions that it uses, and no others. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ROOT } from './compose.ts';

export type Instruction =
  | { kind: 'WORKDIR'; path: string }
  | { kind: 'COPY'; from: string | undefined; sources: string[]; to: string }
  | { kind: 'RUN'; shell: string }
  | { kind: 'ENV'; values: Record<string, string> }
  | { kind: 'USER'; user: string }
  | { kind: 'HEALTHCHECK'; options: Record<string, string>; command: string[] }
  | { kind: 'CMD'; command: string[] };

export interface Stage {
  image: string;
  /** Of `FROM … AS name`. */
  name: string | undefined;
  instructions: Instruction[];
}

export async function readDockerfile(): Promise<Stage[]> {
  const text = await readFile(`${ROOT}/Dockerfile`, 'utf8');
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n');
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, kind = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (kind === 'FROM') {
      const [image = '', , name] = rest.split(/\s+/);
      stages.push({ image, name, instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (!stage) throw new Error(`before the first FROM: ${line}`);
      stage.instructions.push(instruction(kind, rest));
    }
  }
  return stages;
}

function instruction(kind: string, rest: string): Instruction {
  const words = rest.split(/\s+/);
  switch (kind) {
    case 'WORKDIR':
      return { kind, path: rest };
    case 'RUN':
      return { kind, shell: rest };
    case 'USER':
      return { kind, user: rest };
    case 'ENV':
      return { kind, values: assignments(words) };
    case 'COPY': {
      const from = /^--from=(.+)$/.exec(words[0] ?? '')?.[1];
      const paths = from ? words.slice(1) : words;
      return { kind, from, sources: paths.slice(0, -1), to: paths.at(-1) ?? '' };
    }
    case 'HEALTHCHECK': {
      const [options = '', command = ''] = rest.split(/\s+CMD\s+/);
      return { kind, options: assignments(options.split(/\s+/)), command: execForm(command) };
    }
    case 'CMD':
      return { kind, command: execForm(rest) };
    default:
      throw new Error(`the Dockerfile's ${kind} is not known here`);
  }
}

/** The JSON form alone: the other one puts a shell between the signal and the process. */
const execForm = (text: string): string[] => z.array(z.string()).min(1).parse(JSON.parse(text));

function assignments(words: string[]): Record<string, string> {
  const parts = words.map((word) => /^(?:--)?([^=]+)=(.*)$/.exec(word));
  if (parts.includes(null)) throw new Error(`no NAME=value in ${words.join(' ')}`);
  return Object.fromEntries(parts.map((part) => [part?.[1] ?? '', part?.[2] ?? '']));
}

/** The one instruction of a kind in a stage. */
export function only<K extends Instruction['kind']>(stage: Stage, kind: K): Extract<Instruction, { kind: K }> {
  const found = stage.instructions.filter((each): each is Extract<Instruction, { kind: K }> => each.kind === kind);
  const [one, ...others] = found;
  if (!one || others.length > 0) throw new Error(`the stage has ${found.length} ${kind}`);
  return one;
}
