/** Tells again that a person is waited for: in the worker's log, at the operator's webhook, and in the ledger. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import got, { type Request as GotRequest, type Response } from 'got';
import { shellWord, shownInChat, shownJson } from '../contract/foreign.ts';
import type { MigrationPicture } from '../contract/status.ts';
import type { RemindInput } from '../contract/steps.ts';
import { headline } from '../contract/watch.ts';
import type { Draft } from '../migration/entries.ts';
import { claimOfThisRun } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { enter, openBook, shown } from './shown.ts';

const WEBHOOK_TIMEOUT_MS = 10_000;

export const remindActivity = (deps: ActivityDeps) => ({
  /** One attempt at the webhook: a reminder that is lost is followed by the next. Its address is a secret, and is never logged. */
  remind: async ({ migration, view }: RemindInput): Promise<void> => {
    const { claim, holder } = await claimOfThisRun(deps, migration);
    const book = await openBook(deps.store, claim, holder);
    const picture = shown(book, view);
    const message = reminderOf(picture);
    deps.log.warn(message, 'a person is waited for');
    const told = await tell(deps, message);
    const { state, step, reminders, personSince, tasks } = picture;
    const entry: Draft = {
      kind: 'state',
      subject: { state, step, reminder: reminders, webhook: told, ...(tasks[0] ? { task: tasks[0].id } : {}) },
    };
    // Somebody may have answered meanwhile: then what stands there is newer than our picture.
    const row = await deps.store.projections.get(migration);
    const stillWaits = row?.picture.state === state && row.picture.personSince === personSince;
    if (stillWaits) await enter(book, entry, view);
    else await deps.store.ledger.append(holder, entry);
  },
});

/** What the webhook gets, as JSON. `text` alone is what chat services show; it goes out with their signs escaped. */
export interface Reminder {
  text: string;
  migration: string;
  workflowId: string;
  original: string;
  state: string;
  step: string;
  /** ISO time. */
  since: string | null;
  /** 1 for the first of this wait. */
  reminder: number;
}

export function reminderOf(picture: MigrationPicture): Reminder {
  const { migration, workflowId, original, state, step, personSince: since, reminders } = picture;
  const what = headline(picture) ?? state;
  const text = `${original}: ${what} (waiting for a person since ${since}; migrator status ${shellWord(workflowId)})`;
  return { text, migration, workflowId, original, state, step, since, reminder: reminders };
}

/** What became of it is told, and entered by the caller. */
export async function tell({ config, log }: ActivityDeps, reminder: Reminder): Promise<'none' | 'told' | 'failed'> {
  const { webhook, secret } = config.reminders;
  if (!webhook) return 'none';
  try {
    const url = await webhook.read();
    const body = shownJson(JSON.stringify({ ...reminder, text: shownInChat(reminder.text) }));
    const stream = got.stream.post(url, {
      body,
      headers: { 'content-type': 'application/json', ...(secret ? signature(await secret.read(), body) : {}) },
      // Whoever is sent on learns what stands in the reminder, and is nobody that the operator named.
      followRedirect: false,
      throwHttpErrors: false,
      retry: { limit: 0 },
      timeout: { request: WEBHOOK_TIMEOUT_MS },
    });
    const status = await statusOf(stream);
    if (status >= 200 && status < 300) return 'told';
    log.warn({ migration: reminder.migration, status }, 'the webhook of reminders did not take it');
    return 'failed';
  } catch (error) {
    // The message of the error would name the address.
    const code = error instanceof Error ? (Reflect.get(error, 'code') ?? error.name) : 'unknown';
    log.warn({ migration: reminder.migration, code }, 'the webhook of reminders did not answer');
    return 'failed';
  }
}

/** The answer says nothing more, so its body is not read. */
async function statusOf(stream: GotRequest): Promise<number> {
  try {
    const [{ statusCode }] = (await once(stream, 'response')) as [Response];
    return statusCode;
  } finally {
    stream.destroy();
  }
}

/** HMAC-SHA256 of the body as it is sent, as the webhooks of GitHub have it. */
const signature = (secret: string, body: string) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
});
