import { PASSED_BY_DEFAULT } from './environment.ts';

/**
 * The text of an agents.yaml, explained in comments: `directories` are the folders it allows, `agents` is the YAML below
 * `agents:`, indented by two.
 */
export function agentsFileText(directories: string[], agents: string): string {
  return `# The agents that this runner offers. It is read once, at the start of the runner.
# A mistake in it stops the start with the line and what was expected.

# Folders below which work may happen in place ("directory" workspaces), and from which repositories may be taken by
# path. Symbolic links are resolved before the check. Repositories given by URL need no entry.
directories:${listOr('  # - ~/src', directories)}

# Which repository URLs are allowed, with * for any text. Without this setting every URL is.
# repositories:
#   - "https://github.com/my-company/*"

# An agent of kind command is a program that is started once for each attempt, in a fresh workspace. One of kind acp
# is a coding agent that speaks the Agent Client Protocol: see docs/agents/acp.md.
#   name            what tasks and lists call it
#   command         argument vector, started directly: no shell reads it, and no text of a task becomes part of a shell line
#   prompt          how it is told what to do: stdin, file ({prompt_file} in the command) or argument ({prompt})
#   capabilities    what tasks may need: a task goes to any agent that has all that it needs
#   max_concurrent  attempts at the same time
#   env, pass_env   its environment: fixed values, and names taken over from the runner's own. Always passed:
#                   ${PASSED_BY_DEFAULT.join(' ')}
#   timeout_ms, retry_exit_codes, labels, models: see docs/runners.md
agents:
${agents}`;
}

const listOr = (example: string, items: string[]) =>
  items.length ? items.map((item) => `\n  - ${JSON.stringify(item)}`).join('') : `\n${example}`;
