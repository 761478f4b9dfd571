/** Bytes that are put together from pieces of others, handed on in buffers of one size. */
const SIZE = 128 * 1024;
/** Calling the native copy costs more than a loop over fewer bytes. */
const SHORT = 24;

export class Output {
  #buffer: Buffer = Buffer.allocUnsafeSlow(SIZE);
  #at = 0;
  readonly #full: Buffer[] = [];
  readonly #free: Buffer[] = [];

  /** What is full. Each is written over when the next one is asked for. */
  *take(): Generator<Buffer> {
    for (let next = this.#full.shift(); next; next = this.#full.shift()) {
      yield next;
      this.#free.push(next);
    }
  }

  /** The rest too. */
  *end(): Generator<Buffer> {
    yield* this.take();
    yield this.#buffer.subarray(0, this.#at);
    this.#at = 0;
  }

  copy(bytes: Buffer, from: number, to: number): void {
    const length = to - from;
    if (this.#at + length > SIZE) {
      this.#split(bytes, from, to);
      return;
    }
    const buffer = this.#buffer;
    let at = this.#at;
    this.#at += length;
    if (length < SHORT) for (let n = from; n < to; n++) buffer[at++] = bytes[n] as number;
    else bytes.copy(buffer, at, from, to);
  }

  bytes(bytes: Buffer): void {
    this.copy(bytes, 0, bytes.length);
  }

  text(text: string): void {
    this.bytes(Buffer.from(text));
  }

  byte(byte: number): void {
    if (this.#at === SIZE) this.#next();
    this.#buffer[this.#at++] = byte;
  }

  /** A whole number, 0 or more, in digits. */
  digits(number: number): void {
    let length = 1;
    for (let rest = number; rest >= 10; rest = Math.floor(rest / 10)) length++;
    if (this.#at + length > SIZE) {
      this.text(String(number));
      return;
    }
    const buffer = this.#buffer;
    let rest = number;
    for (let at = this.#at + length - 1; at >= this.#at; at--) {
      const tenth = Math.floor(rest / 10);
      buffer[at] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
    this.#at += length;
  }

  #split(bytes: Buffer, from: number, to: number): void {
    for (let at = from; at < to; ) {
      if (this.#at === SIZE) this.#next();
      const end = Math.min(to, at + SIZE - this.#at);
      bytes.copy(this.#buffer, this.#at, at, end);
      this.#at += end - at;
      at = end;
    }
  }

  #next(): void {
    // A buffer is handed on whole, so what does not fit goes into the next one from its first byte.
    this.#full.push(this.#buffer);
    this.#buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(SIZE);
    this.#at = 0;
  }
}
