import type { AgentConfig } from './agents-schema.ts';

/** A coding CLI that `whoosh runner init` looks for, with the arguments that make it work without a person. */
export type KnownCli = Pick<AgentConfig, 'prompt' | 'pass_env'> & {
  /** The agent's name, also its second capability. */
  name: string;
  title: string;
  command: [string, ...string[]];
  /** What a person should know before switching it on. */
  note: string;
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
  },
  {
    name: 'codex',
    title: 'Codex CLI',
    command: ['codex', 'exec', '--sandbox', 'workspace-write', '--skip-git-repo-check', '-'],
    prompt: 'stdin',
    pass_env: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
    note: `Its own sandbox lets it write in the workspace only. ${LOGGED_IN}`,
  },
  {
    name: 'gemini',
    title: 'Gemini CLI',
    command: ['gemini', '--approval-mode', 'auto_edit', '--output-format', 'json'],
    prompt: 'stdin',
    pass_env: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    note: `auto_edit lets it edit files; what else it would ask for is denied. ${LOGGED_IN}`,
  },
  {
    name: 'opencode',
    title: 'OpenCode',
    command: ['opencode', 'run', '{prompt}'],
    prompt: 'argument',
    pass_env: [],
    note: 'Permissions come from its own opencode.json. Prompts up to 128 KiB.',
  },
  {
    name: 'qwen',
    title: 'Qwen Code',
    command: ['qwen', '--approval-mode', 'auto-edit'],
    prompt: 'stdin',
    pass_env: ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_MODEL'],
    note: `auto-edit lets it edit files; what else it would ask for is denied. ${LOGGED_IN}`,
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
  },
  {
    name: 'copilot',
    title: 'GitHub Copilot CLI',
    command: ['copilot', '--allow-tool=write', '-s', '-p', '{prompt}'],
    prompt: 'argument',
    pass_env: ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN'],
    note: `It may edit files; tools that it may run besides are named with --allow-tool. Prompts up to 128 KiB. ${LOGGED_IN}`,
  },
  {
    name: 'cursor-agent',
    title: 'Cursor CLI',
    command: ['cursor-agent', '--print', '--output-format', 'json', '--force', '{prompt}'],
    prompt: 'argument',
    pass_env: ['CURSOR_API_KEY'],
    note: `--force lets it edit files and run commands. Prompts up to 128 KiB. ${LOGGED_IN}`,
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
