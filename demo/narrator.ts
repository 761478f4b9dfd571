/** Shows every step live: what is read, written, waited for. From the projection and the sandbox's record, as anyone could. */
import type { MigrationPicture, StepStatus } from '../src/contract/status.ts';
import type { Sandbox } from './sandbox.ts';
import { say } from './say.ts';

export class Narrator {
  readonly #sandbox: Sandbox;
  #lastLine = 0;
  #reads = 0;
  #shown = new Set<string>();

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  async look(picture: MigrationPicture | undefined): Promise<void> {
    await this.#requests();
    for (const [n, status] of (picture?.steps ?? []).entries()) this.#step(status, n);
    if (picture?.waitingFor)
      this.#once(`${picture.step} ${picture.waitingFor}`, () => say.waits(`${picture.waitingFor}`));
    for (const blocker of picture?.blockers ?? []) {
      this.#once(`${blocker.code} ${blocker.reason}`, () =>
        say.trouble(`${blocker.code}: ${blocker.reason} ${blocker.items.slice(0, 5).join(', ')}`),
      );
    }
  }

  /** What the migrator asked of the instances since the last look: writes by name, equal ones together; reads by number. */
  async #requests(): Promise<void> {
    const writes = new Map<string, number>();
    for (const line of await this.#sandbox.record(this.#lastLine)) {
      this.#lastLine = Math.max(this.#lastLine, line.n);
      if (line.kind !== 'request' || line.user !== 'migrator') continue;
      const what = `${line.instance}  ${line.method} ${shortened(line.path ?? '')}`;
      const planted = PLANTED[String(line.detail?.fault)];
      if (planted) say.trouble(`${what}  ${planted}`);
      else if (line.method === 'GET' || line.path?.endsWith('/search')) this.#reads++;
      else writes.set(`${what} ${line.status}`, (writes.get(`${what} ${line.status}`) ?? 0) + 1);
    }
    for (const [what, times] of writes) say.writes(times === 1 ? what : `${what}  (${times} times)`);
  }

  /** By its place in the plan: a step can be in it twice. */
  #step(status: StepStatus, n: number): void {
    if (status.state === 'running') this.#once(`${n} begins`, () => say.aside(`${status.step} …`));
    // Proving again opens a step once more.
    if (status.state !== 'done') this.#shown.delete(`${n} done`);
    else
      this.#once(`${n} done`, () => {
        const seconds = ((status.ms ?? 0) / 1000).toFixed(1);
        const reads = this.#reads > 0 ? `, ${this.#reads} reads` : '';
        this.#reads = 0;
        say.done(
          `${status.step} (${BY[status.by] ?? status.by}, ${seconds} s${reads})${status.note ? `: ${status.note}` : ''}`,
        );
      });
  }

  #once(key: string, tell: () => void): void {
    if (this.#shown.has(key)) return;
    this.#shown.add(key);
    tell();
  }
}

/** What the demo does to the migrator on purpose. */
const PLANTED: Record<string, string> = {
  kill: 'took effect, and the worker is killed before it hears of it',
  resetAfter: 'took effect, and its answer is lost',
};

const BY: Record<string, string> = { rest: 'by REST', person: 'by a person', read: 'only read', already: 'was done' };

const shortened = (path: string): string => path.replace('/plugins/servlet/backbone-issue-sync/api/1', '…');
