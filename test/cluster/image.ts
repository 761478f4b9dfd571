/** Builds what the Dockerfile describes into a folder of this machine: the same copies and the same commands, stage by stage. */
import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../deploy/compose.ts';
import { only, readDockerfile, type Stage } from '../deploy/dockerfile.ts';

const run = promisify(execFile);

export interface Image {
  /** What the container's working directory is. */
  directory: string;
  command: string[];
  health: string[];
  env: Record<string, string>;
}

export async function buildImage(folder: string): Promise<Image> {
  const stages = await readDockerfile();
  const roots = new Map(stages.map((stage, index) => [stage.name ?? String(index), join(folder, `stage-${index}`)]));
  let directory = '';
  for (const [index, stage] of stages.entries())
    directory = await buildStage(stage, join(folder, `stage-${index}`), roots);
  const last = stages.at(-1);
  if (!last) throw new Error('the Dockerfile has no stage');
  return {
    directory,
    command: only(last, 'CMD').command,
    health: only(last, 'HEALTHCHECK').command,
    env: only(last, 'ENV').values,
  };
}

async function buildStage({ instructions }: Stage, root: string, roots: Map<string, string>): Promise<string> {
  let directory = root;
  let env = {};
  for (const instruction of instructions) {
    if (instruction.kind === 'WORKDIR') {
      directory = join(root, instruction.path);
      await mkdir(directory, { recursive: true });
    } else if (instruction.kind === 'ENV') {
      env = { ...env, ...instruction.values };
    } else if (instruction.kind === 'RUN') {
      await run('sh', ['-c', instruction.shell], { cwd: directory, env: { ...process.env, ...env } });
    } else if (instruction.kind === 'COPY') {
      const { from, sources, to } = instruction;
      const origin = from ? roots.get(from) : ROOT;
      if (!origin) throw new Error(`the Dockerfile has no stage ${from}`);
      for (const source of sources) {
        // Into a folder that ends with a slash; else it gets the name itself.
        const target = to.endsWith('/') && !from ? join(directory, to, basename(source)) : join(directory, to);
        await cp(join(origin, source), target, { recursive: true, verbatimSymlinks: true });
      }
    }
  }
  return directory;
}
