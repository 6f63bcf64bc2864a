import type { Routes } from '../http/app-types.ts';
import { artifactRoutes } from './artifact-routes.ts';
import { attemptRoutes } from './attempt-routes.ts';
import type { TaskDesk } from './desk.ts';
import { followUpRoutes } from './follow-up-routes.ts';
import { logRoutes } from './log-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { taskRoutes } from './routes.ts';
import { selfRoutes } from './self-routes.ts';

/** Every route of this domain, in the order of the API document. */
export const allTaskRoutes = (desk: TaskDesk): Routes[] =>
  [taskRoutes, followUpRoutes, messageRoutes, attemptRoutes, selfRoutes, artifactRoutes, logRoutes].map((routes) =>
    routes(desk),
  );
