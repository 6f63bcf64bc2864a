import type { Finding, Scene } from '../rule.ts';

// Keys of builds live for an hour and end as they should.
const EXPIRING_SQL = `
  select id as subject, project_id, name, expires_at
  from api_keys
  where revoked_at is null and expires_at > now() and expires_at < now() + make_interval(days => $1)
    and expires_at - created_at > make_interval(days => $1)
  order by expires_at limit 500`;

/** API keys that will stop to work soon; 500 at most. */
export async function findExpiringKeys({ context }: Scene): Promise<Finding[]> {
  type Row = Pick<Finding, 'subject' | 'project_id'> & { name: string; expires_at: string };
  const { alertExpiryDays } = context.config;
  const rows = await context.control.query<Row>(EXPIRING_SQL, [alertExpiryDays], { name: 'alerts-keys' });
  return rows.map(({ subject, project_id, name, expires_at }) => ({
    subject,
    project_id,
    summary: `The API key "${name}" ends at ${expires_at}.`,
    detail: `Make another and hand it out, then: whoosh key revoke ${subject}`,
  }));
}
