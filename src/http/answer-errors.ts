import type { FastifyRequest } from 'fastify';
import { atMostOnceASecond } from '../lib/at-most-once-a-second.ts';
import type { Log } from '../lib/log.ts';
import type { App } from './app-types.ts';
import { sendProblem } from './send-problem.ts';
import { toAppError } from './to-app-error.ts';

/**
 * Answers every error as a problem document (problem.ts). What WHOOSH did not throw on purpose becomes `internal`: the
 * answer holds the request id only, the log everything.
 */
export function answerErrors(app: App, log: Log): void {
  // When the database is away every request fails alike: 10,000 equal lines a second help nobody.
  const logUnavailable = atMostOnceASecond((error: Error, request: FastifyRequest) =>
    log.warn({ err: error, ...where(request) }, 'A request was answered with 503'),
  );
  app.setErrorHandler((error, request, reply) => {
    const refusal = toAppError(error);
    if (refusal.code === 'internal') log.error({ err: error, ...where(request) }, 'A request met a defect');
    if (refusal.code === 'unavailable') logUnavailable(refusal, request);
    return sendProblem(refusal, request, reply);
  });
}

const where = ({ id, method, routeOptions }: FastifyRequest) => ({ request_id: id, method, route: routeOptions.url });
