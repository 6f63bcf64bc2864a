import type { RouteOptions } from 'fastify';
import { AppError } from '../errors.ts';
import type { App } from './app-types.ts';
import { sendProblem } from './send-problem.ts';

/** Answers paths that lead nowhere with `not_found`, and known paths with `method_not_allowed` and an Allow header. */
export function answerUnknown(app: App): void {
  const known = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', (route) => remember(known, route));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!;
    const allowed = [...known.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap(({ methods }) => [...methods]);
    if (!allowed.length) return sendProblem(new AppError('not_found', `There is nothing at ${path}.`), request, reply);
    reply.header('allow', allowed.join(', '));
    const sentence = `${path} takes ${allowed.join(', ')}, not ${request.method}.`;
    return sendProblem(new AppError('method_not_allowed', sentence), request, reply);
  });
}

function remember(known: Map<string, { pattern: RegExp; methods: Set<string> }>, { url, method }: RouteOptions): void {
  const entry = known.get(url) ?? { pattern: toPattern(url), methods: new Set() };
  for (const one of [method].flat()) entry.methods.add(one);
  known.set(url, entry);
}

const toPattern = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:\w+/g, '[^/]+')
      .replaceAll('*', '.*')}$`,
  );
