import type { AcpAgent, CommandAgent } from './agents-schema.ts';

/** A coding CLI that `whoosh runner init` looks for, with the arguments that make it work without a person. */
export type KnownCli = Pick<CommandAgent, 'prompt' | 'pass_env'> & {
  /** The agent's name, also its second capability. */
  name: string;
  title: string;
  command: [string, ...string[]];
  /** What a person should know before switching it on. */
  note: string;
  /** How it speaks the Agent Client Protocol, where it does. */
  acp?: Pick<AcpAgent, 'command' | 'mode'> & {
    /** What a person runs to sign in. */
    sign_in: string;
    /** The npm package of the adapter that it needs. */
    adapter?: string;
  };
};

const LOGGED_IN = 'Log in once as the user of this runner, or name the variable that holds the key.';

/** The CLIs in the order in which they are offered. Where a CLI can take the prompt on its input, it does: no limit of length. */
export const KNOWN_CLIS: readonly KnownCli[] = [
  {
    name: 'claude',
    title: 'Claude Code',
    command: ['claude', '-p', '--output-format', 'json', '--permission-mode', 'acceptEdits'],
    prompt: 'stdin',
    pass_env: ['ANTHROPIC_API_KEY'],
    note: `acceptEdits lets it edit files; tools that it may run besides are named with --allowedTools. ${LOGGED_IN}`,
    acp: {
      command: ['claude-agent-acp'],
      sign_in: 'claude /login',
      adapter: '@agentclientprotocol/claude-agent-acp',
    },
  },
  {
    name: 'codex',
    title: 'Codex CLI',
    command: ['codex', 'exec', '--sandbox', 'workspace-write', '--skip-git-repo-check', '-'],
    prompt: 'stdin',
    pass_env: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
    note: `Its own sandbox lets it write in the workspace only. ${LOGGED_IN}`,
    acp: { command: ['codex-acp'], sign_in: 'codex login', adapter: '@agentclientprotocol/codex-acp' },
  },
  {
    name: 'gemini',
    title: 'Gemini CLI',
    command: ['gemini', '--approval-mode', 'auto_edit', '--output-format', 'json'],
    prompt: 'stdin',
    pass_env: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    note: `auto_edit lets it edit files; what else it would ask for is denied. ${LOGGED_IN}`,
    acp: { command: ['gemini', '--acp'], sign_in: 'gemini' },
  },
  {
    name: 'opencode',
    title: 'OpenCode',
    command: ['opencode', 'run', '{prompt}'],
    prompt: 'argument',
    pass_env: [],
    note: 'Permissions come from its own opencode.json. Prompts up to 128 KiB.',
    acp: { command: ['opencode', 'acp'], sign_in: 'opencode auth login' },
  },
  {
    name: 'qwen',
    title: 'Qwen Code',
    command: ['qwen', '--approval-mode', 'auto-edit'],
    prompt: 'stdin',
    pass_env: ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_MODEL'],
    note: `auto-edit lets it edit files; what else it would ask for is denied. ${LOGGED_IN}`,
    // In its own default mode, a model of its own decides what is safe and nobody is asked.
    acp: { command: ['qwen', '--acp'], sign_in: 'qwen', mode: 'default' },
  },
  {
    name: 'aider',
    title: 'aider',
    command: ['aider', '--yes-always', '--no-check-update', '--message-file', '{prompt_file}'],
    prompt: 'file',
    pass_env: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY'],
    note: 'It commits what it changes. It needs a git workspace.',
  },
  {
    name: 'goose',
    title: 'goose',
    command: ['goose', 'run', '--no-session', '-i', '-'],
    prompt: 'stdin',
    pass_env: ['GOOSE_PROVIDER', 'GOOSE_MODEL'],
    note: 'Provider and model come from `goose configure` or from the variables.',
    acp: { command: ['goose', 'acp'], sign_in: 'goose configure' },
  },
  {
    name: 'copilot',
    title: 'GitHub Copilot CLI',
    command: ['copilot', '--allow-tool=write', '-s', '-p', '{prompt}'],
    prompt: 'argument',
    pass_env: ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN'],
    note: `It may edit files; tools that it may run besides are named with --allow-tool. Prompts up to 128 KiB. ${LOGGED_IN}`,
    acp: { command: ['copilot', '--acp'], sign_in: 'copilot login' },
  },
  {
    name: 'cursor-agent',
    title: 'Cursor CLI',
    command: ['cursor-agent', '--print', '--output-format', 'json', '--force', '{prompt}'],
    prompt: 'argument',
    pass_env: ['CURSOR_API_KEY'],
    note: `--force lets it edit files and run commands. Prompts up to 128 KiB. ${LOGGED_IN}`,
    acp: { command: ['cursor-agent', 'acp'], sign_in: 'cursor-agent login' },
  },
  {
    name: 'amp',
    title: 'Amp',
    command: ['amp', '-x'],
    prompt: 'stdin',
    pass_env: ['AMP_API_KEY'],
    note: `What it may do without asking comes from its own settings. ${LOGGED_IN}`,
  },
  {
    name: 'crush',
    title: 'Crush',
    command: ['crush', 'run', '--quiet'],
    prompt: 'stdin',
    pass_env: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY'],
    note: 'It may run every tool when it works without a person.',
  },
];
