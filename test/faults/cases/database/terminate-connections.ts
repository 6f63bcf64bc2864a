/** A statement that ends the connections of others: of replicas (whose names begin so), or by what they ask. */
export const terminateConnections = (of: 'replicas' | 'listeners'): string => `
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and ${WHOSE[of]} and pid <> pg_backend_pid()`;

// The harness gives each replica its name as application_name.
const WHOSE = {
  replicas: "application_name like 'replica-%'",
  listeners: "application_name like 'replica-%' and query ~* '^(listen|notify)'",
};
