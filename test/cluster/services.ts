/** The services of docker-compose.yml that the cluster test runs, in its order; a test holds it against the file. */
export const RUN = ['postgres', 'database', 'temporal-schema', 'temporal', 'temporal-namespace', 'worker'] as const;

/** The server's ports beside the one that is published, as its configuration calls them. */
export const PORT_VARIABLES = [
  'FRONTEND_MEMBERSHIP_PORT',
  'FRONTEND_HTTP_PORT',
  'MATCHING_GRPC_PORT',
  'MATCHING_MEMBERSHIP_PORT',
  'HISTORY_GRPC_PORT',
  'HISTORY_MEMBERSHIP_PORT',
  'WORKER_GRPC_PORT',
  'WORKER_MEMBERSHIP_PORT',
] as const;
