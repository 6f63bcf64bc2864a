import { expect, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import type { Routes } from '../http/app-types.ts';
import { createTaskDesk } from './desk.ts';
import { logRoutes } from './log-routes.ts';
import { taskRoutes } from './routes.ts';

const routes: Routes = async (app, context) => {
  const desk = createTaskDesk(context);
  for (const some of [taskRoutes, logRoutes]) await some(desk)(app, context);
};

test.each([
  ['epoch', { epoch: 9e15, seq: 1 }],
  ['seq', { epoch: 1, seq: 9e15 }],
])('a place in a log with an %s that no log can have is refused, not a defect', async (_part, place) => {
  const { app, as } = await testApp({ routes: [routes] });
  const headers = await as('developer');
  const payload = { title: 'quiet', allow_unsatisfiable: true };
  const { id } = (await app.inject({ method: 'POST', url: '/api/v1/tasks', headers, payload })).json();
  const cursor = Buffer.from(JSON.stringify(place)).toString('base64url');
  const page = await app.inject({ url: `/api/v1/tasks/${id}/log?cursor=${cursor}`, headers });
  expect([page.statusCode, page.json().code]).toEqual([422, 'invalid_request']);
  const resume = { ...headers, 'last-event-id': '1-9999999999' };
  const stream = await app.inject({ url: `/api/v1/tasks/${id}/log/stream`, headers: resume });
  expect([stream.statusCode, stream.json().code]).toEqual([422, 'invalid_request']);
});
