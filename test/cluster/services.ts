/** The services of docker-compose.yml that the cluster test runs, in its order; a test holds it against the file. */
export const RUN = ['postgres', 'temporal-schema', 'temporal', 'temporal-namespace', 'worker'] as const;
export type RunService = (typeof RUN)[number];
