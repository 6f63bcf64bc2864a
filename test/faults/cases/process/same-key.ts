import { randomUUID } from 'node:crypto';
import type { Fault } from '../../fault.ts';

const CALLERS = 50;
const ROUNDS = 5;

export const sameKey: Fault = {
  name: 'same-key',
  what: `${CALLERS} submissions with one idempotency key at once, to all replicas: one task, and everybody is told its id`,
  harmless: true,
  async harm(fleet) {
    for (let round = 0; round < ROUNDS; round++) {
      const key = randomUUID();
      const submission = fleet.ledger.submission(key, 'pull');
      const body = { title: key, prompt: key, needs: { capabilities: ['shell'] } };
      const call = { path: '/tasks', body, headers: { 'idempotency-key': key } };
      const answers = await Promise.all(Array.from({ length: CALLERS }, () => fleet.client.insist(call)));
      for (const answer of answers) submission.ids.add(answer.body.id);
      submission.told = 'ok';
      const created = answers.filter(({ status }) => status === 201).length;
      if (created !== 1) fleet.complain(`${created} of ${CALLERS} were told 201`);
    }
  },
};
