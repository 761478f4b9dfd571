/** Workflows of a test: the batch as it is, and a migration that ends at once. */
export { migrateBatch } from '../../src/workflows/migrateBatch.ts';

export async function migrateSynchronization(): Promise<void> {}
