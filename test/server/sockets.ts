/** What a process listens on, as the kernel of Linux says. */
import { readdir, readFile, readlink } from 'node:fs/promises';

const LISTEN = '0A';

/** `127.0.0.1:7233`, `[::]:80`; in the order of the kernel. */
export async function listeningOf(pid: number): Promise<string[]> {
  const fds = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  const own = new Set(targets.map((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1]));
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')));
  return tables.flatMap((table) =>
    table
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === LISTEN && own.has(inode))
      .map(([, local = '']) => addressOf(local)),
  );
}

/** The kernel writes the bytes of an IPv4 address backwards, as little-endian machines have them. */
function addressOf(local: string): string {
  const [ip = '', port = ''] = local.split(':');
  const bytes = ip.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? [];
  const shown = bytes.length === 4 ? bytes.toReversed().join('.') : `[${ip}]`;
  return `${shown}:${Number.parseInt(port, 16)}`;
}
