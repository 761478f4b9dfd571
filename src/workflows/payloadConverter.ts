/**
 * A message in an unknown encoding would fail the workflow task for ever, and later good ones would not help: the Temporal UI
 * has an encoding selector. What cannot be decoded becomes `{undecodable: <encoding>}`, which is answered like any wrong message.
 */
import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';
import type { Undecodable } from '../contract/messages.ts';

export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload<T>(payload: Payload): T {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload);
    } catch {
      return { undecodable: encodingOf(payload) } satisfies Undecodable as T;
    }
  },
};

/** Each byte is an argument of a call, and of these there is an end. */
const LONGEST_ENCODING = 100;

function encodingOf({ metadata }: Payload): string {
  const bytes = metadata?.encoding;
  return bytes ? String.fromCharCode(...bytes.subarray(0, LONGEST_ENCODING)) : 'none';
}
