/** Reading what our user may not be allowed to see. */
import { MigratorError } from '../contract/errors.ts';

/** Where it is only evidence that is read, a question can go without: a refused read is `otherwise`. */
export async function ifAllowed<T, U>(reading: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof MigratorError && error.code === 'RequestRefused') return otherwise;
    throw error;
  }
}
