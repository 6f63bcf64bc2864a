import { z } from 'zod';
import type { Routes } from '../http/app-types.ts';
import { readCursor, toPage } from '../http/page.ts';
import { pageOf, pageQuery } from '../lib/schema.ts';
import { actorName } from '../members/actor.ts';
import { messageView, sendMessage as sendMessageBody } from './attempt-schema.ts';
import type { TaskDesk } from './desk.ts';
import { listMessages } from './list-messages.ts';
import { readTaskFor } from './read-task-for.ts';
import { sendMessage } from './send-message.ts';

const tags = ['tasks'];
const params = z.object({ id: z.uuid() });
const SEQ = z.int32().min(0);

/** What people say to tasks. */
export const messageRoutes =
  (desk: TaskDesk): Routes =>
  (app) => {
    const { db, notify } = desk.context;

    app.post(
      '/tasks/:id/messages',
      {
        config: { permission: 'task.submit', errors: ['invalid_state', 'messages_full'] },
        schema: {
          tags,
          operationId: 'sendMessage',
          summary: 'Say something to a task',
          description:
            'The agent that works on it is told when it can take messages, else at its next turn or attempt; `taken_by` shows it.',
          params,
          body: sendMessageBody,
          response: { 201: messageView },
        },
      },
      async ({ actor, params: { id }, body: { text } }, reply) => {
        await readTaskFor(db, actor, id);
        const message = await sendMessage(db, id, text, actorName(actor));
        notify('messages');
        desk.announce();
        return reply.code(201).send(message);
      },
    );

    app.get(
      '/tasks/:id/messages',
      {
        config: { permission: 'task.read' },
        schema: {
          tags,
          operationId: 'listMessages',
          summary: 'List what was said to a task, first to last',
          params,
          querystring: pageQuery,
          response: { 200: pageOf(messageView) },
        },
      },
      async ({ actor, params: { id }, query: { cursor, limit } }) => {
        await readTaskFor(db, actor, id);
        return toPage(await listMessages(db, id, readCursor(cursor, SEQ) ?? 0, limit + 1), limit, ({ seq }) => seq);
      },
    );
  };
