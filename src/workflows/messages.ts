/**
 * What people send. A signal and an update of the same name share one handler; it never throws, since a failure thrown in a
 * signal handler ends the run. Every message is answered, and entered in the ledger whether it was accepted or refused; of very many
 * that are refused, how many there were.
 */
import {
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  log,
  setDefaultSignalHandler,
  setDefaultUpdateHandler,
  setHandler,
} from '@temporalio/workflow';
import { LIMITS } from '../contract/limits.ts';
import type { Answer, Approve, PlainVerb, Reject, VerbAnswer } from '../contract/messages.ts';
import { STATUS_QUERY, VERBS, type Verb } from '../contract/names.ts';
import { samePerson } from '../contract/people.ts';
import { ROLLBACK_SENTENCES, type RollbackClass, STILL_ASKED, TOLD_FIRST } from '../contract/rollback.ts';
import type { MigrationPicture } from '../contract/status.ts';
import {
  type Answers,
  boundAsRead,
  boundTo,
  changedSince,
  type HumanTask,
  sameQuestions,
  withoutTexts,
} from '../contract/tasks.ts';
import { shortened } from '../contract/text.ts';
import {
  answersProblem,
  changedSentence,
  EXAMPLES,
  messageProblem,
  noRoomForAnswers,
  tooMuch,
  whyNot,
} from '../contract/verbs.ts';
import { whileBothRun } from '../contract/watch.ts';
import { judge } from './approval.ts';
import { enter } from './entering.ts';
import { noRoomFor } from './flood.ts';
import type { MigrationRun } from './run.ts';
import { blockedBy } from './stepLoop.ts';

const PURPOSES: Record<Verb, string> = {
  approve: 'Grants the delete of the original for exactly the decision digest shown at the gate.',
  withdraw: 'Takes your own approval back, until the delete is confirmed.',
  reject: 'Refuses the delete; keepBoth leaves the new one running and the original stopped, rollback goes back to it.',
  answer: 'Answers a task.',
  retry: 'Looks again at once; after trouble, tries the step again.',
  rollback: 'Goes back to the original, and says which kind of going back it is before anything is done.',
  pause: 'Lets what is under way end, then waits.',
  resume: 'Goes on after a pause.',
};

/** The past messages that were accepted, by content: the same one twice is accepted twice and acts once. */
type Accepted = Map<string, string>;

/** Sets all handlers; call it before the first await. `run` answers undefined until the migration is open. */
export function receiveMessages(run: () => MigrationRun | undefined): void {
  const accepted: Accepted = new Map();
  let turn: Promise<unknown> = Promise.resolve();
  // One after the other: two people answering at once see each other's effect.
  const receive = async (verb: string, sent: unknown): Promise<VerbAnswer> => {
    const unread = tooMuch(sent);
    const message = unread === undefined ? sent : null;
    // After a cancellation request that was refused, whatever runs in the root scope throws: every later message would be lost.
    const taken = turn.then(() =>
      CancellationScope.nonCancellable(async () => {
        await condition(() => run() !== undefined);
        const opened = run();
        return opened
          ? respond(opened, verb, { message, unread }, accepted)
          : { accepted: false, reason: 'not open', legal: [] };
      }),
    );
    turn = taken.catch(() => undefined);
    try {
      const answer = await taken;
      return typeof answer === 'function' ? await CancellationScope.nonCancellable(answer) : answer;
    } catch (error) {
      const opened = run();
      // The run ends with it, whoever hears it first.
      if (opened?.lost) throw error;
      log.error('a message could not be answered', { verb, error: String(error) });
      return {
        accepted: false,
        reason: `it was not heard (${String(error)}); send it again.`,
        legal: opened?.legal ?? [],
      };
    }
  };
  for (const verb of VERBS) {
    const description = `${PURPOSES[verb]} One JSON object: ${EXAMPLES[verb]}`;
    setHandler(defineSignal<[unknown]>(verb), async (message) => void (await receive(verb, message)), { description });
    setHandler(defineUpdate<VerbAnswer, [unknown]>(verb), (message) => receive(verb, message), { description });
  }
  setHandler(defineQuery<MigrationPicture | null>(STATUS_QUERY), () => run()?.picture() ?? null, {
    description: 'The whole picture as JSON: state, step, tasks, blockers, decision digest, legal verbs.',
  });
  setDefaultSignalHandler(async (name, ...args) => void (await receive(name, args[0])));
  setDefaultUpdateHandler((name, ...args) => receive(name, args[0]));
}

/** Accepted before, and still so: a spent approval counts no more, and the same question can be asked again later. */
function stillStands(run: MigrationRun, verb: string, message: unknown): boolean {
  const { by, decision, task } = message as Approve & Answer;
  // After going forward again it is another gate.
  if (verb === 'reject') return run.rejected !== undefined || run.back !== undefined;
  if (verb === 'answer') return run.task === undefined || run.task.id !== task;
  const given = [...(run.gate?.counting ?? []), ...(run.gate?.others ?? []).map((other) => other.by)];
  const stands = given.some((name) => samePerson(name, by));
  if (verb === 'withdraw') return !stands;
  return stands && run.facts.decision?.startsWith(decision.toLowerCase()) === true;
}

/** The answer, or what is still waited for before there is one; meanwhile the next message has its turn. */
type Response = VerbAnswer | (() => Promise<VerbAnswer>);

/** What somebody sent; where it is too much to be read, why, and nothing of it. */
interface Sent {
  message: unknown;
  unread: string | undefined;
}

async function respond(
  run: MigrationRun,
  name: string,
  { message, unread }: Sent,
  accepted: Accepted,
): Promise<Response> {
  const refused = (reason: string): VerbAnswer => ({ accepted: false, reason, legal: run.legal });
  const verb = VERBS.find((known) => known === name);
  const content = `${name} ${JSON.stringify(message)}`;
  const before = accepted.get(content);
  if (before && stillStands(run, name, message)) return { accepted: true, reason: before, legal: run.legal };
  // Nothing can be entered after the end: the claim is closed with it.
  if (run.final) return refused(whyNot(name, 'ended'));
  const unknown = verb ? undefined : `there is no verb ${name}; the verbs are ${VERBS.join(', ')}.`;
  const problem = unread ?? unknown ?? (verb && problemOf(run, verb, message));
  if (!verb || problem) {
    const answered = shortened(problem ?? 'unknown verb', LIMITS.reason);
    return refused(await enterRefused(run, verb ?? 'unknown', message, answered));
  }
  if (verb === 'approve' || verb === 'withdraw') {
    const judged = await judgedMessage(run, verb, message);
    if (!judged.accepted) return refused(judged.reason);
    accepted.set(content, judged.reason);
    return { ...judged, legal: run.legal };
  }
  const { looks } = run;
  const earlier = { ...run.answers };
  const answered = run.task?.id === (message as Partial<Answer>).task ? run.task : undefined;
  const answer = await apply(run, verb, message);
  if (verb === 'answer' && answered) {
    accepted.set(content, answer.slice(4));
    return async () => {
      const contradiction = await contradicted(run, message as Answer, answered, { looks, earlier });
      if (!contradiction) return { accepted: true, reason: answer.slice(4), legal: run.legal };
      accepted.delete(content);
      return refused(contradiction);
    };
  }
  if (answer.startsWith('ok: ') && verb === 'reject') accepted.set(content, answer.slice(4));
  return answer.startsWith('ok: ') ? { accepted: true, reason: answer.slice(4), legal: run.legal } : refused(answer);
}

/** Enters it, or counts it; answers what was answered. */
async function enterRefused(run: MigrationRun, verb: string, message: unknown, answered: string): Promise<string> {
  if (run.refusals.isFlood) return counted(run, verb, answered);
  run.refusals.add(verb);
  const { by, reason } = sender(message);
  await enter(run, {
    kind: 'refused',
    ...(by ? { actor: by, grade: 'claimed' as const } : {}),
    ...(reason ? { why: reason } : {}),
    answered,
    subject: { verb, state: run.state, step: run.step },
  });
  return answered;
}

/** Of so many, they are counted; answers what was answered. */
async function counted(run: MigrationRun, verb: string, answered: string): Promise<string> {
  if (run.refusals.add(verb)) await run.refusals.enterCount(run);
  return answered;
}

/** An approval, or one that is taken back: judged where it is recorded, under the operator's policy of now. */
async function judgedMessage(
  run: MigrationRun,
  verb: 'approve' | 'withdraw',
  message: unknown,
): Promise<Pick<VerbAnswer, 'accepted' | 'reason'>> {
  const { refusals } = run;
  const before = refusals.again(run, verb, message as Approve | PlainVerb);
  if (before) return { accepted: false, reason: await counted(run, verb, before) };
  const unrecorded = refusals.isFlood;
  try {
    const sent = verb === 'approve' ? { verb, ...(message as Approve) } : { verb, ...(message as PlainVerb) };
    const answer = await judge(run, sent, unrecorded);
    if (answer?.accepted) run.wakeups++;
    else if (answer) {
      refusals.remember(run, verb, sent, answer.reason);
      await counted(run, verb, answer.reason);
    }
    return answer ?? { accepted: false, reason: 'nothing was decided.' };
  } catch (error) {
    const { reason, remedy } = blockedBy(error);
    // Nothing was recorded, and whoever sent a signal hears no answer.
    const answered = shortened(`${reason} ${remedy}`, LIMITS.reason);
    return { accepted: false, reason: await enterRefused(run, verb, message, answered) };
  }
}

/** A look takes a moment; whoever answered is told of its result when it comes within this time. */
const LOOK_WITHIN = '5s';

/**
 * Waits for the next look at the step: where it asks the same again, the answer is taken back, what was answered earlier stands
 * again, and this says what was seen.
 */
async function contradicted(
  run: MigrationRun,
  { by, answers }: Answer,
  answered: HumanTask,
  { looks, earlier }: { looks: number; earlier: Answers },
) {
  await condition(() => run.looks > looks || run.paused || run.final !== undefined, LOOK_WITHIN);
  if (run.looks === looks) return undefined;
  const changed = changedSince(answered, run.task).filter((question) => Object.hasOwn(answers, question));
  const again = sameQuestions(run.task, answered) ? Object.keys(answers) : changed;
  if (changed.length === 0 && !sameQuestions(run.task, answered)) return undefined;
  for (const question of again) {
    delete run.answers[question];
    if (earlier[question]) run.answers[question] = earlier[question];
  }
  const subject = {
    ...{ verb: 'answer', task: answered.id, contradicted: true, questions: again },
    ...{ state: run.state, step: run.step },
  };
  const saw = `it saw: ${run.task?.seen.join(' · ') || 'nothing yet'}.`;
  const sentence =
    changed.length > 0 ? `${changedSentence(changed)} The check: ${saw}` : `the check does not agree; ${saw}`;
  await enter(run, { kind: 'refused', actor: by, grade: 'claimed', answered: sentence, subject });
  return sentence;
}

function problemOf(run: MigrationRun, verb: Verb, message: unknown): string | undefined {
  const shape = messageProblem(verb, message);
  if (shape) return shape;
  if (verb === 'approve' && run.alarm) return whileBothRun(run.alarm);
  if (!run.legal.includes(verb)) return whyNot(verb, run.standing, run.direction);
  const noRoom = noRoomFor(verb);
  if (noRoom) return noRoom;
  if (verb === 'reject' && run.deleteAsked && (message as Reject).then === 'keepBoth') return STILL_ASKED;
  if (verb === 'answer') {
    const { task, answers } = message as Answer;
    const tooMany = noRoomForAnswers([run.answers, run.early, answers]);
    if (tooMany) return tooMany;
    if (isAhead(run, task)) return undefined;
    // Whoever answers while another answer is looked at is told so, instead of overwriting it.
    if (run.standing === 'running') return whyNot(verb, 'running');
    const open = run.task ? [run.task] : [];
    return answersProblem(run.task?.id === task ? run.task : undefined, task, message as Answer, open);
  }
  return undefined;
}

/** A task that is not asked yet: its answer is kept until it is, and checked then. Approval and delete take none. */
const isAhead = (run: MigrationRun, task: string): boolean =>
  run.task?.id !== task &&
  !run.back &&
  run.steps.some(({ step, state }) => step === task && state === 'open') &&
  !['approval', 'deleteOriginal'].includes(task);

/** Acts on an accepted message; entered first, so that nothing happens that the ledger does not know. */
async function apply(
  run: MigrationRun,
  verb: Exclude<Verb, 'approve' | 'withdraw'>,
  message: unknown,
): Promise<string> {
  const { by, reason } = message as PlainVerb;
  const why = reason ? { why: reason } : {};
  const entry = { actor: by, grade: 'claimed' as const, ...why };
  switch (verb) {
    case 'reject': {
      if ((message as Reject).then === 'rollback') {
        const { class: kind } = run.turnBack();
        await enter(run, { kind: 'verb', ...entry, subject: { verb, outcome: 'rollback', class: kind } });
        return goingBack(run, kind);
      }
      // At once, here and for a pause: whatever else is accepted in this moment must not go on to the delete.
      run.rejected = 'keepBoth';
      await enter(run, { kind: 'verb', ...entry, subject: { verb, outcome: 'keepBoth' } });
      run.wakeups++;
      return 'ok: the original is kept, stopped; the new synchronization goes on.';
    }
    case 'answer': {
      const { task, answers, about } = message as Answer;
      const ahead = isAhead(run, task);
      const kept = run.early[task];
      const same =
        ahead && kept?.by === by && JSON.stringify([kept.answers, kept.about]) === JSON.stringify([answers, about]);
      if (same) return `ok: kept until ${task} is asked, and checked then.`;
      const answered = run.task;
      if (ahead) run.early[task] = { by, answers, ...(about ? { about } : {}) };
      const bound = ahead || !answered ? boundAsRead(message as Answer) : boundTo(answered, answers);
      const subject = { verb, task, questions: Object.keys(answers), ...(ahead ? { early: true } : {}) };
      await enter(run, { kind: 'verb', ...entry, subject }, undefined, bound);
      if (ahead) return `ok: kept until ${task} is asked, and checked then.`;
      Object.assign(run.answers, withoutTexts(bound));
      // It is being looked at: who answers in the same moment is told so, instead of overwriting. Unless it ended by itself.
      if (run.task === answered) run.settle('running');
      run.wakeups++;
      return `ok: answered ${task}.`;
    }
    case 'retry':
      await enter(run, { kind: 'verb', ...entry, subject: { verb, step: run.step } });
      run.generation++;
      run.wakeups++;
      return run.standing === 'deletingByPerson'
        ? 'ok: it is looked whether the original is gone.'
        : `ok: ${run.step} is tried again.`;
    case 'pause':
    case 'resume':
      run.paused = verb === 'pause';
      await enter(run, { kind: 'verb', ...entry, subject: { verb, step: run.step } });
      run.wakeups++;
      run.show();
      return verb === 'pause' ? 'ok: paused.' : 'ok: it goes on.';
    case 'rollback': {
      const { class: kind } = run.turnBack();
      await enter(run, { kind: 'verb', ...entry, subject: { verb, step: run.step, class: kind } });
      return goingBack(run, kind);
    }
  }
}

const goingBack = ({ deleteAsked }: MigrationRun, kind: RollbackClass): string =>
  `ok: going back, ${kind}: ${ROLLBACK_SENTENCES[kind]}${deleteAsked ? ` ${TOLD_FIRST}` : ''}`;

function sender(message: unknown): { by?: string; reason?: string } {
  if (typeof message !== 'object' || message === null) return {};
  const { by, reason } = message as Record<string, unknown>;
  return {
    ...(typeof by === 'string' && by ? { by: shortened(by, LIMITS.name) } : {}),
    ...(typeof reason === 'string' && reason ? { reason: shortened(reason, LIMITS.reason) } : {}),
  };
}
