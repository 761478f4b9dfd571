/** Holds the database's write lock for as many milliseconds as it is told, or until it is killed. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const [file = '', ms = ''] = process.argv.slice(2);
const database = new DatabaseSync(file, { timeout: 5000 });
database.exec('begin immediate');
process.stdout.write('held\n');
await sleep(Number(ms));
database.exec('rollback');
database.close();
