/** Holds the database against every other writer for as many milliseconds as it is told, or until it is killed. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const [place = '', ms = ''] = process.argv.slice(2);
const { file, postgres } = JSON.parse(place);
if (postgres) {
  const client = new pg.Client({ connectionString: postgres });
  await client.connect();
  await client.query('begin; lock table ledger, claim, artifact, artifact_upload in exclusive mode');
  process.stdout.write('held\n');
  await sleep(Number(ms));
  await client.end();
} else {
  const database = new DatabaseSync(file, { timeout: 5000 });
  database.exec('begin immediate');
  process.stdout.write('held\n');
  await sleep(Number(ms));
  database.exec('rollback');
  database.close();
}
