/** The defaults of every time that a lease or a recovery depends on, shortened fivefold. */
export const SHORT = {
  LEASE_TTL_MS: '12000',
  PUSH_LEASE_TTL_MS: '6000',
  LEASE_GRACE_MS: '500',
  REAP_INTERVAL_MS: '1000',
  START_TIMEOUT_MS: '6000',
  CANCEL_GRACE_MS: '6000',
  POLL_INTERVAL_MS: '200',
  LONG_POLL_MS: '5000',
  BACKOFF_BASE_MS: '1000',
  BACKOFF_CAP_MS: '60000',
  DRAIN_LIMIT_MS: '6000',
  DB_QUERY_TIMEOUT_MS: '2000',
  DB_CONNECT_TIMEOUT_MS: '2500',
  DB_POOL_SIZE: '4',
  DB_MAX_OVERFLOW: '10',
};
