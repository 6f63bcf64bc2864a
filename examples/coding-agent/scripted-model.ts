import { type ChatCompletionRequest, LLMock } from '@copilotkit/aimock';

/** Tokens are made up: they show that what the agent counts arrives. */
const TURNS = [
  (file: string) => call('read_file', { file_path: file }),
  (file: string) => call('edit', { file_path: file, old_string: 'return a - b;', new_string: 'return a + b;' }),
  () => call('run_shell_command', { command: 'node --test', description: 'Run the tests', is_background: false }),
  () => ({ content: 'The sum was a difference. I corrected it, and the test passes.' }),
];

/** A model that speaks the OpenAI protocol and always mends the same mistake, one tool call a turn. */
export async function startModel(): Promise<{ url: string; stop(): Promise<void> }> {
  const mock = new LLMock({ port: 0 });
  mock.addFixture({ match: { predicate: () => true }, response: turnOf });
  await mock.start();
  return { url: `${mock.url}/v1`, stop: async () => void (await mock.stop()) };
}

function turnOf({ messages, tools }: ChatCompletionRequest) {
  const isWork = tools?.some(({ function: { name } }) => name === 'agent');
  // Beside the work the agent asks what it should remember of it.
  if (!isWork) return { content: 'Nothing.' };
  const [workspace = ''] = /\/[^\s"'\\]+\/attempts\/[0-9a-f-]+\/workspace/.exec(JSON.stringify(messages)) ?? [];
  const turn = messages.filter(({ role }) => role === 'tool').length;
  return TURNS[Math.min(turn, TURNS.length - 1)]!(`${workspace}/sum.js`);
}

const call = (name: string, args: object) => ({ toolCalls: [{ name, arguments: JSON.stringify(args) }] });
