/** Our programs as the image runs them: a process without the variables of this one. */
import { execFile } from 'node:child_process';
import { ROOT } from './compose.ts';

export interface Ended {
  code: number;
  /** What it wrote, on either output, by lines. */
  lines: string[];
}

export function runNode(args: string[], env: Record<string, string>): Promise<Ended> {
  return new Promise((resolve) => {
    const surroundings = { PATH: process.env.PATH, NODE_OPTIONS: '--disable-warning=ExperimentalWarning', ...env };
    const child = execFile(
      process.execPath,
      args,
      { cwd: ROOT, env: surroundings, timeout: 25_000 },
      (_, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, lines: `${stdout}${stderr}`.split('\n').filter(Boolean) }),
    );
  });
}
