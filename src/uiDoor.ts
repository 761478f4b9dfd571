/**
 * The door of a Temporal UI that runs elsewhere, as in docker-compose.yml. UI_UPSTREAM is the UI's address, UI_TOKEN_FILE the file with
 * the token that opens it; listens on 8080, to be published on loopback.
 *
 *   node src/uiDoor.ts
 */
import { readFile } from 'node:fs/promises';
import { openUiDoor } from './server/uiDoor.ts';

const { UI_UPSTREAM = '', UI_TOKEN_FILE = '', UI_PORT = '8080' } = process.env;

const token = (await readFile(UI_TOKEN_FILE, 'utf8')).trim();
if (token.length < 24) {
  console.error(`${UI_TOKEN_FILE} holds no token of 24 or more characters.`);
  process.exit(1);
}
const door = await openUiDoor({
  upstream: UI_UPSTREAM,
  ip: process.env.UI_IP ?? '0.0.0.0',
  port: Number(UI_PORT),
  token,
});
console.log('The door of the Temporal UI is open to whoever has the token.');
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void door.close());
