import { fileURLToPath } from 'node:url';
import type { AcpAgent } from '../../src/runner/agents-schema.ts';

const SCRIPT = fileURLToPath(new URL('./scripted-acp-agent.ts', import.meta.url));

/** The command of the coding agent that does what its prompt says, or has a fault. */
const scriptedAgent = (fault = 'none'): [string, ...string[]] => [process.execPath, SCRIPT, '--fault', fault];

/** The same as an agent of agents.yaml. */
export const acpAgent = ({ fault = 'none', ...more }: Partial<AcpAgent> & { fault?: string } = {}): AcpAgent => ({
  name: 'scripted',
  kind: 'acp',
  command: scriptedAgent(fault),
  capabilities: [],
  models: [],
  labels: {},
  max_concurrent: 1,
  env: {},
  pass_env: [],
  permissions: [],
  ...more,
});

/** Text of an agents.yaml with that agent: capability `code`, and whatever settings are added, as YAML. */
export const acpAgentsFile = (more = '', fault = 'none'): string => `agents:
  - name: scripted
    kind: acp
    command: ${JSON.stringify(scriptedAgent(fault))}
    capabilities: [code]
    ${more}
`;
