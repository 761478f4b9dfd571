/** Which machine this is. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Host } from '../store/store.ts';

/** By the running kernel where it says so: containers on one machine share it, and a SQLite file between them is safe. */
export async function thisHost(): Promise<Host> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return { id: boot.trim() || hostname(), name: hostname() };
}
