import { alertDuties } from '../../src/alerts/alert-duties.ts';
import { openNotifiers } from '../../src/alerts/notify/open-notifiers.ts';
import { alertRoutes } from '../../src/alerts/routes.ts';
import type { Components } from '../../src/alerts/rule.ts';
import type { AlertDetailView, AlertView } from '../../src/alerts/schema.ts';
import { readConfig } from '../../src/config.ts';
import type { Broken } from '../../src/coordinator/audit.ts';
import { type TestApp, testApp } from './app.ts';
import { egress } from './egress.ts';
import { call } from './enrolled-runner.ts';
import { until } from './until.ts';

export const FOR_MS = 800;
/** Of the webhooks in tests. */
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

type Settings = { settings?: Record<string, string>; beside?: TestApp };
type Look = { rule: string; state?: string };

/**
 * A replica with its alerts, which looks when the test says so; its health is what the test makes of it. Conditions have
 * to hold for 0.8 seconds.
 */
export async function alertReplica({ settings = {}, beside }: Settings = {}) {
  // What the process of the tests has in memory is none of its business.
  const quiet = { ALERT_FOR_MS: String(FOR_MS), ALERT_MEMORY_MB: '1048576' };
  const config = readConfig({ ...quiet, ...settings });
  const notifiers = openNotifiers(config, egress());
  const whoosh = await testApp({
    routes: [alertRoutes(notifiers)],
    context: { config },
    ...(beside && { beside }),
  });
  const state = { components: { api: { status: 'operational' } } as Components, broken: [] as Broken[] };
  const [watch, deliver] = alertDuties({
    context: whoosh.context,
    notifiers,
    readComponents: async () => state.components,
    readBroken: () => state.broken,
  });
  const admin = await whoosh.as('admin');
  const never = new AbortController().signal;
  const look = () => watch!.run(never);
  const list = async (headers = admin, query = 'state=all'): Promise<AlertView[]> =>
    (await call(whoosh, 'GET', `/alerts?${query}`, headers)).json().items;
  return {
    ...whoosh,
    state,
    admin,
    look,
    list,
    /** Looks until there is such an alert, and answers it. */
    lookUntil: ({ rule, state = 'open' }: Look): Promise<AlertView> =>
      until(async () => {
        await look();
        return (await list()).find((one) => one.rule === rule && one.state === state);
      }),
    /** Sends what is due. */
    deliver: () => deliver!.run(never),
    show: async (id: string, headers = admin): Promise<AlertDetailView> =>
      (await call(whoosh, 'GET', `/alerts/${id}`, headers)).json(),
    post: (path: string, headers = admin) => call(whoosh, 'POST', `/alerts/${path}`, headers),
    eventTypes: async () =>
      (await whoosh.db.query<{ type: string }>("select type from events where type like 'alert.%' order by seq")).map(
        ({ type }) => type,
      ),
  };
}
