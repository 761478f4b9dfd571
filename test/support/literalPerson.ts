/** A person who does what a task says and nothing else: reads its clicks, uses its files, and knows neither the code nor the world. */
import type { WorkflowHandle } from '@temporalio/client';
import type { VerbAnswer } from '../../src/contract/messages.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { type HumanTask, requiredOf } from '../../src/contract/tasks.ts';
import { type Scene, send, until } from './migration.ts';

export const LITERAL = 'pat@example.com';

/** What was done for one task. */
export interface Deed {
  /** `back` on the way back. */
  task: string;
  clicked: string[];
  /** Digests of files that were opened. */
  used: string[];
  answered: string[];
}

interface Place {
  instance: string;
  integrationKey: string;
}

/** A file that "Download …" or the task gave: synced issue data, a configuration, requests of a resync. */
type File = { requests?: { jql: string; fieldMappings: string[] }[]; connector?: string } & Record<string, unknown>;

/** Reads it click by click; throws at a sentence that tells to do something that no page has. */
async function click({ control, store, config }: Scene, task: HumanTask): Promise<Pick<Deed, 'clicked' | 'used'>> {
  const deed = { clicked: [] as string[], used: [] as string[] };
  const post = async (page: string, body: object) => {
    deed.clicked.push(page);
    await control('POST', `ui/${page}`, { ...body, by: LITERAL });
  };
  const file = async (): Promise<File> => {
    const digest = task.files[0]?.digest ?? '';
    deed.used.push(digest);
    return store.artifacts.getJson<File>(digest);
  };
  let place: Place | undefined;
  let upload: 'pair' | 'import-configuration' | undefined;
  let create: Record<string, string> | undefined;
  const there = (): Place => place ?? failed(task, 'it does not say which synchronization');
  for (const sentence of task.clicks) {
    const named =
      /Open (?<key>INT-\d+) on (?<instance>[\w-]+)/.exec(sentence) ??
      /Open Backbone on (?<instance>[\w-]+)(?:,| and) find (?<key>INT-\d+)/.exec(sentence);
    if (named?.groups) place = { instance: named.groups.instance ?? '', integrationKey: named.groups.key ?? '' };
    if (/Pair existing issues\b/.test(sentence)) upload ??= 'pair';
    if (/Import configuration\b/.test(sentence)) upload ??= 'import-configuration';
    if (/upload the attached file|Choose the attached file/.test(sentence) && upload)
      await post(upload, { ...there(), [upload === 'pair' ? 'data' : 'configuration']: await file() });
    if (/Put that there/.test(sentence) && !deed.clicked.includes('import-configuration'))
      await post('import-configuration', { ...there(), configuration: await file() });
    const home = /Open Backbone on ([\w-]+) and click Create synchronization/.exec(sentence)?.[1];
    if (home) create = { instance: home };
    const projects = /Choose project (\w+) here and project (\w+) on (\S+?)\.$/.exec(sentence);
    if (create && projects) {
      const [, firstProject = '', secondProject = '', url] = projects;
      const secondInstance = Object.values(config.instances).find(({ baseUrl }) => baseUrl === url)?.name ?? '';
      Object.assign(create, { firstProject, secondProject, secondInstance, summary: 'by hand' });
    }
    const marker = /Put (\[.*\]) into the description/.exec(sentence)?.[1];
    if (create && marker) await post('create', { ...create, description: marker });
    if (/[Cc]lick Stop\b/.test(sentence)) await post('stop', there());
    if (/[Cc]lick Start\b/.test(sentence)) await post('start', there());
    if (/[Cc]lick ••• and then Delete\b/.test(sentence)) await post('delete', there());
    if (/trigger a resync/.test(sentence)) {
      const { connector, requests = [] } = await file();
      for (const request of requests) await post('resync', { ...there(), connector, ...request });
    }
  }
  return deed;
}

const failed = (task: HumanTask, why: string): never => {
  throw new Error(`${task.title}: ${why} (${task.clicks.join(' ')})`);
};

/** Does every task until one of these states; `decides` says what is chosen where a question has several answers. */
export async function doAsTold(
  scene: Scene,
  handle: WorkflowHandle,
  { states, decides = {} }: { states: readonly string[]; decides?: Record<string, string> },
): Promise<{ picture: MigrationPicture; deeds: Deed[] }> {
  const deeds: Deed[] = [];
  const done = new Set<string>();
  const nameOf = ({ id, since }: HumanTask) => `${id} ${since}`;
  for (;;) {
    const picture = await until(
      handle,
      ({ state, tasks }) => states.includes(state) || tasks.some((task) => !done.has(nameOf(task))),
      `${states.join(' or ')}, or a task`,
    );
    const task = picture.tasks.find((each) => !done.has(nameOf(each)));
    if (!task) return { picture, deeds };
    done.add(nameOf(task));
    const acted = await click(scene, task);
    const questions = requiredOf(task).filter(({ optional }) => !optional);
    // A question that only asks whether to go on without is left to the deed, where there was one.
    const asked = acted.clicked.length > 0 && task.waitingFor ? [] : questions;
    const answers = Object.fromEntries(
      asked.map(({ id, choices }) => {
        const value = decides[id] ?? choices[0]?.value;
        return [id, value ?? failed(task, `nobody knows what to answer to ${id}`)];
      }),
    );
    if (asked.length > 0) {
      const about = Object.fromEntries(asked.map((question) => [question.id, question.about]));
      const answer: VerbAnswer = await send(handle, 'answer', { by: LITERAL, task: task.id, answers, about });
      if (!answer.accepted && !/no task|too early|has changed since/.test(answer.reason)) failed(task, answer.reason);
    }
    const name = picture.rollback ? `back ${task.id}` : task.id;
    deeds.push({ task: name, ...acted, answered: asked.map(({ id }) => id) });
  }
}
