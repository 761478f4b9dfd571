/** A batch: its file, and its list of decisions. */
import { TYPED } from '../judge.ts';
import { all, BY, both, NOTHING, type Place, rowsAt, why } from './row.ts';

const file = rowsAt('file');
const batch = rowsAt('batch');

const WAVE = () => ['wave'];
const who = ['--by', BY, ...why];
const started =
  (name: string, ...more: string[]) =>
  (place: Place): string[] => [place.file(name), ...who, '--task-queue', place.taskQueue, ...more];
const listed = ({ decision }: Place): string[] => ['wave', ...who, '--decisions', decision];

export const BATCH_ROWS = [
  file('batch start', started('nonsense.csv'), both(2)),
  file('batch start', started('nonsense.json'), both(2)),
  file('batch start', started('wave.yaml', '--print'), both(0)),
  file('batch start', started('wave.yaml'), { text: 0 }),
  file('batch start', started('wave.yaml'), { json: 1 }),

  batch('batch status', NOTHING, both(0)),
  batch('batch status', WAVE, both(0)),
  batch('batch status', () => TYPED.slice(4, 5), both(1)),
  batch('status', NOTHING, both(0)),
  batch('inbox', NOTHING, both(0)),
  batch('batch watch', WAVE, all(4), { until: /NeedsAttention|waiting/ }),
  batch('batch pause', () => ['wave', ...who], { text: 0 }),
  batch('batch resume', () => ['wave', ...who], { text: 0 }),
  batch('batch pause', () => ['wave', ...who], { json: 0 }),
  batch('batch resume', () => ['wave', ...who], { json: 0 }),
  batch('batch resume', () => ['wave', ...who], both(3)),
  batch('batch approve', WAVE, both(0)),
  batch('batch approve', listed, both(3)),
  batch('batch withdraw', listed, both(3)),
];
