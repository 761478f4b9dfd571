/**
 * How much one look at a step gives people to read. It goes through the history of the run, with the picture more than once, and a server
 * ends a run that sends more than two megabytes at once. What is beyond is in an artifact, which is named where the text ends.
 */
import { MigratorError } from '../contract/errors.ts';
import type { Blocked, StepResult } from '../contract/steps.ts';
import { type AskedQuestion, fetchCommand, type HumanTask } from '../contract/tasks.ts';
import { shortened } from '../contract/text.ts';
import type { StepContext } from './context.ts';

/** Characters of one text, of a sentence, of a label; lines of one list; bytes of one list, of one question, and of all questions. */
const MOST = {
  text: 16_000,
  words: 4_000,
  label: 1_000,
  lines: 200,
  list: 64_000,
  question: 32_000,
  questions: 200_000,
};

/** Of lines that nobody stores. */
export const listed = (lines: string[]): string[] => new Cutter().lines(lines);

/** @throws MigratorError `BeyondLimit` where not even one question can be asked. */
export async function bounded({ store }: Pick<StepContext, 'store'>, result: StepResult): Promise<StepResult> {
  const cutter = new Cutter();
  const cut = cutter.result(result);
  if (!cutter.isCut) return cut;
  const { facts: _, ...whole } = result;
  const residue = result.facts.residue ?? [];
  return new Cutter(await store.artifacts.putJson({ ...whole, residue })).result(result);
}

class Cutter {
  /** Whether anything was left out. */
  isCut = false;
  readonly #where: string;

  /** `whole`: the artifact that has all of it. */
  constructor(whole?: string) {
    this.#where = whole === undefined ? '' : `: ${fetchCommand({ name: 'everything.json', digest: whole })}`;
  }

  result(result: StepResult): StepResult {
    const facts = this.#facts(result.facts);
    switch (result.state) {
      case 'done':
        return { ...result, facts, ...(result.note ? { note: this.text(result.note) } : {}) };
      case 'waiting':
      case 'again':
        return { ...result, facts, missing: this.lines(result.missing) };
      case 'blocked':
        return { ...result, facts, ...this.#trouble(result) };
      case 'refused': {
        const share = MOST.list / Math.max(1, result.refusals.length / 4);
        return {
          ...result,
          facts,
          refusals: result.refusals.map((each) => ({ ...each, ...this.#trouble(each, share) })),
        };
      }
      case 'task':
        return this.#asked(result.task, facts);
    }
  }

  text(text: string, most = MOST.text): string {
    if (text.length <= most) return text;
    this.isCut = true;
    return `${shortened(text, most)} (${text.length.toLocaleString('en')} characters${this.#where})`;
  }

  lines(lines: readonly string[], most = MOST.list): string[] {
    const shown = firstOf(
      lines.slice(0, MOST.lines).map((line) => this.text(line)),
      most,
    );
    const left = lines.length - shown.length;
    if (left === 0) return shown;
    this.isCut = true;
    return [...shown, `and ${left.toLocaleString('en')} more${this.#where}`];
  }

  #trouble({ reason, remedy, items }: Pick<Blocked, 'reason' | 'remedy' | 'items'>, most = MOST.list) {
    return {
      reason: this.text(reason, MOST.words),
      remedy: this.text(remedy, MOST.words),
      items: this.lines(items, most),
    };
  }

  /** The workflow reads of the plan who does what; the rest is in the artifact that it names. */
  #facts({ plan, residue, ...facts }: StepResult['facts']): StepResult['facts'] {
    return {
      ...facts,
      ...(plan ? { plan: { ...plan, misfits: firstOf(plan.misfits, MOST.list) } } : {}),
      ...(residue ? { residue: this.lines(residue) } : {}),
    };
  }

  #asked(task: HumanTask, facts: StepResult['facts']): StepResult {
    const askable = task.questions
      .map((question) => this.#question(question))
      .filter((question) => sizeOf(question) <= MOST.question);
    const questions = firstOf(askable, MOST.questions);
    const left = task.questions.length - questions.length;
    if (left > 0) this.isCut = true;
    if (left > 0 && questions.length === 0 && this.#where) throw this.#unaskable(task);
    const more =
      left === 0
        ? []
        : [
            `These are the first ${questions.length.toLocaleString('en')} of ${task.questions.length.toLocaleString('en')} questions; the others are asked when these are answered. So many are decided at once by mapping or idMappings of the start object of another migration. All of them${this.#where}`,
          ];
    return {
      state: 'task',
      facts,
      task: {
        ...task,
        title: this.text(task.title),
        why: this.text(task.why),
        who: this.text(task.who),
        clicks: [...this.lines(task.clicks), ...more],
        files: firstOf(task.files, MOST.list),
        ...(task.waitingFor ? { waitingFor: this.text(task.waitingFor) } : {}),
        questions,
        seen: this.lines(task.seen),
      },
    };
  }

  /** Its id and its values are what the answer names: they are whole, or there is free text instead of a choice. */
  #question({ choices, ...question }: AskedQuestion): AskedQuestion {
    const text = this.text(question.text, MOST.words);
    const shown = choices.map(({ label, evidence, ...choice }) => ({
      ...choice,
      label: this.text(label, MOST.label),
      ...(evidence === undefined ? {} : { evidence: this.text(evidence, MOST.label) }),
    }));
    const asked = { ...question, text, choices: shown };
    if (sizeOf(asked) <= MOST.question) return asked;
    this.isCut = true;
    return {
      ...asked,
      choices: [],
      text: `${text} Answer with the value of one of ${choices.length} candidates${this.#where}`,
    };
  }

  #unaskable({ step, questions: [first] }: HumanTask): MigratorError {
    const what = `what ${step} would have to ask is more than can be asked: ${shortened(first?.text ?? '')}`;
    return new MigratorError('BeyondLimit', what, {
      remedy: `Find out on the instance why it is so long, and shorten it there; then send retry. All of it${this.#where}.`,
    });
  }
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The first of them that are no more bytes than this together. */
export function firstOf<T>(list: readonly T[], most: number): T[] {
  let left = most;
  const end = list.findIndex((one) => {
    left -= sizeOf(one) + 1;
    return left < 0;
  });
  return end < 0 ? [...list] : list.slice(0, end);
}
