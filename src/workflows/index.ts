/** The workflows of this service; the bundle's entry. */

export { migrateBatch } from './migrateBatch.ts';
export { migrateSynchronization } from './migrateSynchronization.ts';
export { watchInstance } from './watchInstance.ts';
