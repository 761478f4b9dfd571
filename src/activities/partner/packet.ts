/** The packet for a partner that cannot be read, and the task that it is a part of. */
import type { CheckResult } from '../../contract/steps.ts';
import type { HumanTask } from '../../contract/tasks.ts';
import { compareKeys } from '../../pairs/keys.ts';
import { EXTRACT_COLUMNS } from '../../partner/extract.ts';
import { letterText, listToFillIn } from '../../report/letter.ts';
import { factOf, planOf, type StepContext, sideName, taskFor } from '../context.ts';
import { readIssueData } from '../issueData.ts';
import { newKeys } from '../steps/pairIssues.ts';
import { CONFIRMED, partnerQuestion } from './answer.ts';

/** An artifact: what is sent, as it was when it was first asked for. `migrator packet` writes its files into a folder. */
export interface Packet {
  v: 1;
  /** ISO time by the database's clock. What changes on A after it is not held against what comes back. */
  madeAt: string;
  files: { name: string; digest: string }[];
}

const RETURN_WITHIN_MS = 5 * 24 * 60 * 60 * 1000;

export async function askPartner(context: StepContext, why: string[]): Promise<CheckResult> {
  const packet = context.facts.packet ?? (await makePacket(context));
  context.facts = { ...context.facts, packet };
  const missing = why.map((text) => `partner: ${text}`);
  return { state: 'notDone', missing, next: 'person', task: () => partnerTask(context, packet), facts: { packet } };
}

export const readPacket = ({ store }: StepContext, packet: string): Promise<Packet> =>
  store.artifacts.getJson<Packet>(packet);

async function makePacket(context: StepContext): Promise<string> {
  const { a, b, original } = planOf(context);
  const { artifacts } = context.store;
  const now = await context.store.now();
  const pairs = (await readIssueData(context, newKeys(context))).sorted();
  const list = `${b.project}-issues.csv`;
  const letter = letterText({
    contact: context.start.requestedBy,
    ours: a.project,
    ourInstance: (await context.open(a.instance).jira.serverInfo()).baseUrl,
    theirs: b.project,
    original: original.key,
    created: factOf(context, 'created').key,
    stoppedAt: factOf(context, 'stoppedAt'),
    startedAt: factOf(context, 'startedAt'),
    returnBy: new Date(now + RETURN_WITHIN_MS).toISOString(),
    pairs: pairs.length,
    columns: EXTRACT_COLUMNS,
    list,
  });
  const keys = pairs.map(({ second }) => second).sort(compareKeys);
  const packet: Packet = {
    v: 1,
    madeAt: new Date(now).toISOString(),
    files: [
      { name: `letter-${b.project}.md`, digest: await artifacts.put(Buffer.from(letter), 'text/markdown') },
      { name: list, digest: await artifacts.put(Buffer.from(listToFillIn(keys, EXTRACT_COLUMNS)), 'text/csv') },
    ],
  };
  return artifacts.putJson(packet);
}

async function partnerTask(context: StepContext, packet: string): Promise<HumanTask> {
  const { b } = planOf(context);
  const { files } = await readPacket(context, packet);
  return taskFor(context, {
    title: `Have the people of ${sideName(b)} look, and say what they returned`,
    why: `We cannot read ${sideName(b)} (configuration: access: none), so nothing on that side was compared.`,
    who: 'Whoever is in touch with the partner. The partner needs no access to anything of ours.',
    clicks: [
      `Send the files to the people of ${b.project}; migrator packet writes both into a folder. The letter says what to check and what to return.`,
      'When they returned the list filled in, answer with it: migrator answer … --file-for partner=<file> uploads it.',
      `When they said that all is in order, answer ${CONFIRMED}. When something is not, mend it first.`,
    ],
    files,
    questions: [partnerQuestion(context)],
  });
}
