/** Rate limits: ours, and those an instance asks for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { stopSynchronization } from '../../src/backbone/requests.ts';
import { Limiter } from '../../src/http/limiter.ts';
import { waitOf429, waitOfEmptyBucket } from '../../src/http/retryAfter.ts';
import { answering, failureOf, json } from './instances.ts';

const USER = { name: 'kim', displayName: 'Kim' };
const NOW = Date.parse('2026-11-20T20:00:00Z');

describe('429', () => {
  it('with a short wait is waited out by the read itself', async () => {
    const { instance, seen } = await answering((_, response) =>
      seen.length === 1 ? json(response, {}, 429, { 'retry-after': '1' }) : json(response, USER),
    );
    const began = Date.now();
    expect(await instance.jira.myself()).toMatchObject({ id: 'kim' });
    expect(Date.now() - began).toBeGreaterThan(900);
  });

  it("with Java's largest number says that our user is blocked, is asked again after a minute and fires no storm of requests", async () => {
    const { instance, seen } = await answering((_, response) =>
      json(response, { message: 'blocked' }, 429, { 'retry-after': '9223372036854775807', 'x-ratelimit-limit': '0' }),
    );
    const error = await failureOf(instance.jira.myself());
    expect(error).toMatchObject({ code: 'RateLimited', retryAfterMs: 60_000, status: 429, retry: 'wait' });
    expect(error.remedy).toContain('blocked our user');
    await sleep(50);
    expect(seen).toHaveLength(1);
  });

  it('with a long wait pauses the whole instance: nothing more is sent, no read and no write', async () => {
    const { instance, seen } = await answering((_, response) => json(response, {}, 429, { 'retry-after': '120' }));
    expect(await failureOf(instance.jira.myself())).toMatchObject({ code: 'RateLimited', retryAfterMs: 120_000 });
    for (const next of [instance.jira.fields(), instance.send(stopSynchronization('INT-16', 'POST'))]) {
      const error = await failureOf(next);
      expect(error.code).toBe('RateLimited');
      expect(error.message).toContain('not sent');
      expect(error.retryAfterMs).toBeGreaterThan(118_000);
    }
    expect(seen).toHaveLength(1);
  });

  it('stops reads, too, that were waiting for their turn', async () => {
    const limits = { requestsPerSecond: 1000, concurrency: 1 };
    const { instance, seen } = await answering((_, r) => json(r, {}, 429, { 'retry-after': '120' }), { limits });
    const reads = Array.from({ length: 5 }, () => failureOf(instance.jira.myself()));
    for (const error of await Promise.all(reads)) expect(error.code).toBe('RateLimited');
    expect(seen).toHaveLength(1);
  });

  it.each([
    [{}, 2000],
    [{ 'retry-after': '0' }, 1000],
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': 'Fri, 20 Nov 2026 20:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'soon' }, 2000],
    [{ 'x-ratelimit-reset': '2026-11-20T20:05Z' }, 300_000],
    [{ 'retry-after': '99999999' }, 60_000],
    [{ 'retry-after': '9223372036854775807' }, 60_000],
    [{ 'retry-after': '900' }, 900_000],
    [{ 'retry-after': 'Fri, 20 Nov 2015 20:00:30 GMT' }, 1000],
    [{ 'retry-after': 'Fri, 20 Nov 2099 20:00:30 GMT' }, 60_000],
    [{ 'retry-after': '-5' }, 1000],
  ])('%o is a wait of %i ms', (headers, milliseconds) => {
    expect(waitOf429(headers, NOW).milliseconds).toBe(milliseconds);
  });
});

describe('an empty bucket of Data Center', () => {
  it('holds reads back until it fills, though the answer was good', () => {
    const empty = { 'x-ratelimit-remaining': '0', 'x-ratelimit-fillrate': '5', 'x-ratelimit-interval-seconds': '10' };
    expect(waitOfEmptyBucket({ ...empty, 'retry-after': '0' }, NOW)).toBe(2000);
    expect(waitOfEmptyBucket({ ...empty, 'retry-after': '9' }, NOW)).toBe(9000);
    expect(waitOfEmptyBucket({ 'x-ratelimit-remaining': '3', 'retry-after': '9' }, NOW)).toBe(0);
    expect(waitOfEmptyBucket({}, NOW)).toBe(0);
  });
});

describe('the limiter', () => {
  it('runs no more reads at once than allowed', async () => {
    const limiter = new Limiter({ requestsPerSecond: 10_000, concurrency: 3 });
    let running = 0;
    let most = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(5);
      running -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => limiter.read(work)));
    expect(most).toBe(3);
  });

  it('keeps to the rate once the bucket is empty', async () => {
    const limiter = new Limiter({ requestsPerSecond: 20, concurrency: 50 });
    const began = performance.now();
    await Promise.all(Array.from({ length: 30 }, () => limiter.read(async () => {})));
    expect(performance.now() - began).toBeGreaterThan(450);
  });

  it('never holds a write back, which was fenced the moment before, and lets reads pay for it', async () => {
    const limiter = new Limiter({ requestsPerSecond: 10, concurrency: 1 });
    const slow = limiter.read(() => sleep(300));
    const began = performance.now();
    await Promise.all(Array.from({ length: 12 }, () => limiter.write(async () => {})));
    expect(performance.now() - began).toBeLessThan(100);
    await slow;
    await limiter.read(async () => {});
    expect(performance.now() - began).toBeGreaterThan(300);
  });

  it('goes on after work that failed', async () => {
    const limiter = new Limiter({ requestsPerSecond: 1000, concurrency: 1 });
    await expect(limiter.read(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await limiter.read(async () => 'yes')).toBe('yes');
  });
});
