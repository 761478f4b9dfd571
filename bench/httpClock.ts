/** How long somebody waited on an instance: the union of all calls under way, so that parallel ones count once. */
import type { Instance, Instances } from '../src/jira/instance.ts';

export class HttpClock {
  #underWay = 0;
  #since = 0;
  readonly #spans: [number, number][] = [];

  /** The same instances, timed. */
  over(instances: Instances): Instances {
    return {
      open: (name) => {
        const { config, jira, backbone, send, clock, syncUser } = instances.open(name);
        const timed: Instance = {
          config,
          jira: this.#timed(jira),
          backbone: this.#timed(backbone),
          send: (request) => this.#time(() => send(request)),
          clock,
          syncUser,
        };
        return timed;
      },
      close: () => instances.close(),
    };
  }

  /** Milliseconds within a span of wall-clock time. */
  between(from: number, to: number): number {
    return this.#spans.reduce((sum, [begin, end]) => sum + Math.max(0, Math.min(end, to) - Math.max(begin, from)), 0);
  }

  #timed<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, member) => {
        const value: unknown = Reflect.get(object, member);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const result: unknown = value.apply(object, args);
          if (result instanceof Promise) return this.#time(() => result);
          return isIterable(result) ? this.#iterate(result) : result;
        };
      },
    });
  }

  async *#iterate<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = source[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.#time(() => iterator.next());
      if (next.done) return;
      yield next.value;
    }
  }

  async #time<T>(call: () => Promise<T>): Promise<T> {
    if (this.#underWay++ === 0) this.#since = now();
    try {
      return await call();
    } finally {
      if (--this.#underWay === 0) this.#spans.push([this.#since, now()]);
    }
  }
}

const now = (): number => performance.timeOrigin + performance.now();

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
