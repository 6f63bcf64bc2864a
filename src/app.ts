import fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { agentRoutes } from './agents/routes.ts';
import type { Context } from './context.ts';
import { eventRoutes } from './events/routes.ts';
import { admitRequests } from './http/admit.ts';
import { answerErrors } from './http/answer-errors.ts';
import { answerUnknown } from './http/answer-unknown.ts';
import type { App, Routes } from './http/app-types.ts';
import { endConnections } from './http/end-connections.ts';
import { setHeaders } from './http/headers.ts';
import { healthRoutes } from './http/health-routes.ts';
import { acceptJson } from './http/json-body.ts';
import { openGauges, watchLoad } from './http/load.ts';
import { logRequests } from './http/log-requests.ts';
import { measureRequests } from './http/measure-requests.ts';
import { metricsRoutes } from './http/metrics-routes.ts';
import { describeApi } from './http/openapi.ts';
import { showDocs } from './http/openapi-docs.ts';
import { guardOrigins } from './http/origins.ts';
import { limitRates } from './http/rate-limits/rate-limits.ts';
import { renewCertificate } from './http/renew-certificate.ts';
import { requestId } from './http/request-id.ts';
import { sendProblem } from './http/send-problem.ts';
import { CONNECTION_LIMITS, serverOptions } from './http/server-options.ts';
import { toAppError } from './http/to-app-error.ts';
import { traceRequests } from './http/trace-requests.ts';
import { validateWithZod } from './http/validate.ts';
import { memberRoutes } from './members/routes.ts';
import { projectRoutes } from './projects/routes.ts';
import { questionRoutes } from './questions/routes.ts';
import { questionSelfRoutes } from './questions/self-routes.ts';
import { runnerRoutes } from './runners/routes.ts';
import { statusRoutes } from './status/routes.ts';

/** The routes of every domain, in the order of the API document. */
const ROUTES: Routes[] = [
  projectRoutes,
  agentRoutes,
  runnerRoutes,
  memberRoutes,
  eventRoutes,
  questionRoutes,
  questionSelfRoutes,
];

/**
 * The whole HTTP application of a replica, ready for requests; it never listens. `more` adds routes, as tests do.
 * Closing it ends the event streams and stops what it started.
 */
export async function buildApp(context: Context, more: Routes[] = []): Promise<App> {
  const app = openFastify(context);
  traceRequests(app, context.tracing);
  logRequests(app, context);
  const load = watchLoad(openGauges(context.db));
  const limits = limitRates(context);
  for (const one of [load, limits]) {
    app.addHook('onListen', async () => one.start());
    app.addHook('onClose', async () => one.close());
  }
  app.server.maxConnections = CONNECTION_LIMITS.connections;
  renewCertificate(app, context);
  endConnections(app);
  measureRequests(app, context.metrics);
  setHeaders(app, context.config);
  await guardOrigins(app, context.config);
  answerErrors(app, context.log);
  answerUnknown(app);
  admitRequests(app, context, load, limits);
  acceptJson(app);
  await describeApi(app);
  healthRoutes(app, context, load);
  metricsRoutes(app, context, limits);
  statusRoutes(app, context);
  await showDocs(app);
  await app.register(
    async (api: App) => {
      for (const routes of [...ROUTES, ...more]) await routes(api, context);
    },
    { prefix: '/api/v1' },
  );
  await app.ready();
  return app;
}

function openFastify({ log, config }: Context): App {
  return fastify({
    ...serverOptions(config),
    loggerInstance: log as FastifyBaseLogger,
    // A line for every request costs a third of the throughput; what fails is logged in answer-errors.ts.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger) => logger,
    genReqId: requestId,
    // Draining is answered by admit.ts, in our own words.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => sendProblem(toAppError(error), request, reply),
  })
    .withTypeProvider<ZodTypeProvider>()
    .setValidatorCompiler(validateWithZod)
    .setSerializerCompiler(serializerCompiler);
}
