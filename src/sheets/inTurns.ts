/** Long work in slices, between which everybody else in the process has a turn: an activity that does not let go loses its heartbeat. */
/** So few that none of our uses takes a tenth of a second for them, and so many that the turns cost nothing. */
const IN_ONE_TURN = 16;

/** Between two long pieces: also a timer that is due has its turn, as a heartbeat is. */
export const othersTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** All of them, each as soon as the last one is done with. */
export async function* inTurns<T>(all: Iterable<T>): AsyncGenerator<T> {
  let count = 0;
  for (const each of all) {
    if (++count % IN_ONE_TURN === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    yield each;
  }
}
