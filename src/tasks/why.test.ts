import { describe, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { AgentSettings, TestAgent } from '../../test/support/fleet-agent.ts';
import type { TestProject, Wish } from '../../test/support/fleet-project.ts';
import { VERDICTS } from './schema.ts';
import { explainTask } from './why.ts';

const fleet = await testFleet();
const { db } = fleet;

const explain = async (project: TestProject, id: string) => explainTask(db, await project.read(id));
const change = (sql: string) => (agent: TestAgent) => db.query(sql, [agent.id]);

type Case = {
  verdict: (typeof VERDICTS)[number];
  agent?: AgentSettings;
  server?: true;
  needs?: Wish['needs'];
  make?: (agent: TestAgent) => Promise<unknown>;
  summary: string;
  unblock: string[];
};

/** Makes a model server of the agent; `sql` sets what is to be said of its endpoint `$1`. */
const serve = (sql: string) => async (agent: TestAgent) => {
  await db.query("update agents set runner_id = null, kind = 'ollama' where id = $1", [agent.id]);
  await db.query(`insert into endpoints (agent_id, url) values ($1, 'http://127.0.0.1:1')`, [agent.id]);
  await db.query(`update endpoints set ${sql} where agent_id = $1`, [agent.id]);
};
const MODEL = '[{"name":"m","capabilities":["chat"]}]';

/** `R/A` stands for the runner and the name of the agent; `A` alone for a model server. */
const CASES: Case[] = [
  { verdict: 'eligible', summary: 'An agent is free for it; it is number 1 in its queue.', unblock: [] },
  {
    verdict: 'kind_mismatch',
    needs: { kind: 'command' },
    make: change("update agents set kind = 'other' where id = $1"),
    summary: 'No agent has what it needs: R/A is of kind other, not command.',
    unblock: ['Add an agent of that kind.'],
  },
  {
    verdict: 'pinned_elsewhere',
    needs: { agent: 'claude' },
    summary: 'No agent has what it needs: R/A is not agent claude, to which the task is pinned.',
    unblock: ['Add or start the agent that the task is pinned to.'],
  },
  {
    verdict: 'capability_missing',
    needs: { capabilities: ['gpu'] },
    summary: 'No agent has what it needs: R/A lacks gpu.',
    unblock: ['Give R/A the capability, or add an agent that has it.'],
  },
  {
    verdict: 'model_missing',
    needs: { model: 'qwen3:8b' },
    summary: 'No agent has what it needs: R/A does not offer the model qwen3:8b.',
    unblock: ['Give R/A the model, or add an agent that has it.'],
  },
  {
    verdict: 'model_unsuitable',
    server: true,
    needs: { min_context_length: 9000 },
    make: serve(`approved_at = now(), probed_at = now(), inventory = '${MODEL}'`),
    summary: 'No agent has what it needs: A has no single model with a context of 9000.',
    unblock: ['Give A such a model, or add an agent that has one.'],
  },
  {
    verdict: 'not_approved',
    server: true,
    needs: { capabilities: ['chat'] },
    make: serve('approved_at = null'),
    summary: 'No suitable agent is free: A was not approved yet, so nobody knows what it can do.',
    unblock: ['Approve it: whoosh agent approve A'],
  },
  {
    verdict: 'breaker_open',
    server: true,
    make: serve(
      `approved_at = now(), probed_at = now(), inventory = '${MODEL}', breaker_opened_at = now(), problem = 'gone'`,
    ),
    summary: 'No suitable agent is free: A gets no work until it answers again: gone.',
    unblock: ['A answering again; it is asked every 15 s.'],
  },
  {
    verdict: 'account_parked',
    make: async (agent) => {
      await db.query("update agents set account = 'team' where id = $1", [agent.id]);
      await db.query(
        `insert into parked_accounts (project_id, account, parked_until, reason)
         select project_id, 'team', '2999-01-01T00:00:00Z', 'limit reached' from agents where id = $1`,
        [agent.id],
      );
    },
    summary: 'No suitable agent is free: R/A waits until 2999-01-01T00:00:00.000Z for its account: limit reached.',
    unblock: ['The limit of the account behind R/A being lifted.'],
  },
  {
    verdict: 'label_mismatch',
    agent: { labels: { os: 'linux' } },
    needs: { labels: [{ key: 'os', op: '=', value: 'macos' }] },
    summary: 'No agent has what it needs: R/A os = macos does not hold: os is linux.',
    unblock: ['Change the labels of R/A, or add an agent with such labels.'],
  },
  {
    verdict: 'too_few_slots',
    needs: { slots: 2 },
    summary: 'No agent has what it needs: R/A has 1 slots, the task takes 2.',
    unblock: ['Raise max_concurrent of R/A.'],
  },
  {
    verdict: 'offline',
    make: change(
      "update runners set last_seen_at = '2001-01-01' where id = (select runner_id from agents where id = $1)",
    ),
    summary: 'No suitable agent is free: R/A is offline: its runner R was last seen 2001-01-01T00:00:00.000Z.',
    unblock: ['Start runner R, so that R/A is online.'],
  },
  {
    verdict: 'draining',
    make: change('update agents set draining = true where id = $1'),
    summary: 'No suitable agent is free: R/A takes no new work until it is resumed.',
    unblock: ['Resume R/A: whoosh agent resume R/A'],
  },
  {
    verdict: 'not_ready',
    make: change("update agents set not_ready_reason = 'claude is not logged in' where id = $1"),
    summary: 'No suitable agent is free: R/A is not ready: claude is not logged in.',
    unblock: ['Make R/A startable on its machine.'],
  },
  {
    verdict: 'no_free_slot',
    make: (agent) => agent.claim(),
    summary: 'No suitable agent is free: R/A has 1 of 1 slots in use.',
    unblock: ['A slot of R/A becoming free.'],
  },
];

describe('a queued task says what every agent lacks, and what would unblock it [G9]', () => {
  test.each(CASES)('$verdict', async ({ verdict, agent: settings, needs, make, server, summary, unblock }) => {
    const project = await fleet.project();
    const agent = await project.agent(settings);
    if (verdict === 'no_free_slot') await project.task();
    await make?.(agent);
    const id = await project.task(needs ? { needs } : {});
    const place = `${agent.runner}/${agent.name}`;
    const named = (text: string) =>
      text
        .replaceAll('R/A', place)
        .replaceAll(/runner R\b/g, `runner ${agent.runner}`)
        .replaceAll(/\bA\b(?! c)/g, server ? agent.name : 'A');
    expect(await explain(project, id)).toEqual({
      task_id: id,
      state: 'queued',
      summary: named(summary),
      unblock: unblock.map(named),
      queue_position: 1,
      available_at: expect.any(String),
      open_dependencies: [],
      agents: [
        {
          agent_id: agent.id,
          agent: agent.name,
          runner: server ? null : agent.runner,
          verdict,
          detail: expect.any(String),
        },
      ],
    });
  });

  test('there is a case for every verdict', () => {
    expect(CASES.map(({ verdict }) => verdict).sort()).toEqual([...VERDICTS].sort());
  });
});

test('a capability that only an offline agent has: the task names that agent, not the others that lack it [G9]', async () => {
  const project = await fleet.project();
  const away = await project.agent({ name: 'trainer', capabilities: ['gpu'] });
  await project.agent({ name: 'other' });
  await db.query("update runners set last_seen_at = now() - interval '1 h' where id = $1", [away.runner_id]);
  const { summary, unblock, agents } = await explain(project, await project.task({ needs: { capabilities: ['gpu'] } }));
  expect(summary).toMatch(
    `No suitable agent is free: ${away.runner}/trainer is offline: its runner ${away.runner} was last seen 20`,
  );
  expect(unblock).toEqual([`Start runner ${away.runner}, so that ${away.runner}/trainer is online.`]);
  expect(agents.map(({ agent, verdict }) => `${agent} ${verdict}`).sort()).toEqual([
    'other capability_missing',
    'trainer offline',
  ]);
});
