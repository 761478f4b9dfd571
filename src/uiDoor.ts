/**
 * The door of a Temporal UI that runs elsewhere, as in docker-compose.yml. UI_UPSTREAM is the UI's address, UI_TOKEN_FILE the file with
 * the token that opens it; listens on 8080, to be published on loopback.
 *
 *   node src/uiDoor.ts
 */
import { readFile } from 'node:fs/promises';
import { openUiDoor } from './server/uiDoor.ts';

/** It stands in an address and in a cookie, as it is. */
const TOKEN = /^[\w.~+/=-]{24,}$/;

const { UI_UPSTREAM = '', UI_TOKEN_FILE = '', UI_IP = '0.0.0.0', UI_PORT = '8080' } = process.env;

/** @throws Error with one line that says which variable, or what of its file, cannot be used. */
async function open() {
  if (!/^http:\/\/[^/]+\/?$/.test(UI_UPSTREAM) || !URL.canParse(UI_UPSTREAM))
    throw new Error(`UI_UPSTREAM is no address like http://temporal-ui:8080: "${UI_UPSTREAM}".`);
  const port = Number(UI_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`UI_PORT is no port: "${UI_PORT}".`);
  if (UI_TOKEN_FILE === '') throw new Error('UI_TOKEN_FILE names no file.');
  const token = (await readFile(UI_TOKEN_FILE, 'utf8')).trim();
  if (!TOKEN.test(token))
    throw new Error(`${UI_TOKEN_FILE} holds no token of 24 or more letters, digits and signs of - _ . ~ + / =.`);
  return openUiDoor({ upstream: UI_UPSTREAM, ip: UI_IP, port, token });
}

try {
  const door = await open();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void door.close());
  console.log('The door of the Temporal UI is open to whoever has the token.');
} catch (error) {
  console.error(
    `The door of the Temporal UI was not opened: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}
