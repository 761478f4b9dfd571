/** Backbone's Troubleshooting tab: what is in error or waits, and what a person can do about it. */
import { conflictsOf } from '../backbone/conflicts.ts';
import { synchronizationAt } from '../backbone/lifecycle.ts';
import { type Message, otherSide, type Side, type Synchronization } from '../backbone/model.ts';
import { instanceOfSide, isOnline } from '../backbone/status.ts';
import { post, wholeContent } from '../engine/message.ts';
import { textOf } from '../http/json.ts';
import { type Answer, Refusal } from '../http/router.ts';
import { instanceNamed, issueOf } from '../world/lookup.ts';
import type { World } from '../world/model.ts';
import { stampOf } from '../world/stamps.ts';
import { act, instanceAsked, need } from './pages.ts';
import type { ControlCall } from './routes.ts';

const GONE = 'Issue Does Not Exist';

/** The documented columns, and the analysis above them: connection, configuration, queues. */
export function troubleshooting({ sandbox: { world }, query }: ControlCall): Answer {
  const instance = instanceAsked(world, query.get('instance') ?? '');
  const one = synchronizationAt(world, instance, query.get('integrationKey') ?? '');
  if (!one) throw new Refusal(404, `${instance.name} has no synchronization ${query.get('integrationKey')}`);
  const sides = [one.first, one.second];
  const body = {
    online: sides.every((side) => isOnline(world, one, side)),
    conflicts: conflictsOf(world, one, one.configuration),
    errors: sides.flatMap((side) => errorsOf(world, one, side)),
    missingIssues: sides.flatMap((side) =>
      [...side.missing].map(([issue, waiting]) => ({ issue, waiting: waiting.map(({ localKey }) => localKey) })),
    ),
  };
  return { status: 200, body };
}

function errorsOf(world: World, one: Synchronization, receiver: Side) {
  const home = instanceNamed(world, one.home);
  const sender = one[otherSide(receiver.name)];
  return [...receiver.held].flatMap(([issue, [failed, ...behind]]) => {
    if (!failed) return [];
    return [
      {
        issue,
        error: failed.error,
        occurredIn: receiver.projectKey,
        triggeredBy: `${sender.projectKey}: ${failed.localKey}`,
        time: failed.failedAt === undefined ? undefined : stampOf(home, failed.failedAt),
        waitingBehind: behind.length,
        actions: failed.error === GONE ? ['newIssue', 'ignoreFutureChanges', 'discard'] : ['retry', 'discard'],
      },
    ];
  });
}

/** The issues a person chose: one by its key at the receiver or the sender, else all. */
function chosen(one: Synchronization, issue: string | undefined): [Side, string, Message[]][] {
  const found = [one.first, one.second].flatMap((side) =>
    [...side.held]
      .filter(([key, [failed]]) => issue === undefined || key === issue || failed?.localKey === issue)
      .map(([key, messages]): [Side, string, Message[]] => [side, key, messages]),
  );
  if (issue !== undefined && found.length === 0) throw new Refusal(404, `${issue} has no message in error`);
  return found;
}

/** Tries again what is in error, and what waits behind it; `issue` names one, else all. `discard: true` as `ui/discard`. */
export const retry = act('retry', (_world, one, body) => {
  const discards = typeof body === 'object' && body !== null && 'discard' in body && body.discard === true;
  again(one, body, discards);
});

/** Throws the message in error away; what waits behind it is tried. */
export const discard = act('discard', (_world, one, body) => again(one, body, true));

function again(one: Synchronization, body: unknown, withoutFailed: boolean): void {
  for (const [side, key, messages] of chosen(one, textOf(body, 'issue'))) {
    side.held.delete(key);
    side.incoming.unshift(...(withoutFailed ? messages.slice(1) : messages));
  }
}

/** The two choices that "Issue Does Not Exist" offers: sync to a new issue, or ignore future changes. */
export const resolve = act('resolve', (world, one, body) => {
  const choice = need(body, 'choice');
  const found = chosen(one, need(body, 'issue')).find(([, , [failed]]) => failed?.error === GONE);
  if (!found) throw new Refusal(409, `The error of ${textOf(body, 'issue')} is another one`);
  if (choice !== 'newIssue' && choice !== 'ignoreFutureChanges') {
    throw new Refusal(400, 'choice is newIssue or ignoreFutureChanges');
  }
  const [receiver, key, messages] = found;
  if (choice === 'newIssue') createAgain(world, one, receiver, messages);
  else {
    const entry = receiver.entries.get(key);
    if (entry) entry.incomingChangesIgnored = true;
  }
  receiver.held.delete(key);
});

/** The old pair is forgotten on both sides, and the survivor is sent as if it had never been synced. */
function createAgain(world: World, one: Synchronization, receiver: Side, messages: readonly Message[]): void {
  const sender = one[otherSide(receiver.name)];
  const [failed] = messages;
  const instance = instanceOfSide(world, one, sender);
  const issue = instance && failed ? issueOf(instance, failed.localKey) : undefined;
  if (!failed || !issue) throw new Refusal(409, 'The surviving issue is gone too');
  receiver.entries.delete(failed.remoteKey ?? '');
  receiver.panel.delete(failed.remoteKey ?? '');
  sender.entries.delete(failed.localKey);
  // What was on its way went with the messages that are thrown away.
  for (const message of messages) for (const { localId } of message.comments) sender.sending.delete(localId);
  post(world, sender, issue, 'create', wholeContent(world, one, sender, issue, { comments: true, status: 'yes' }));
}
