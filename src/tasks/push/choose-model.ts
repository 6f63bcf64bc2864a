import type { ModelInfo } from '../../agents/push/schema.ts';
import type { AgentView } from '../../agents/schema.ts';
import type { Grant } from '../attempt-schema.ts';
import { fullNeeds } from '../full-needs.ts';
import { suitableModels } from '../suitable-models.ts';

/** The model of the agent that does the task, one in memory if there is one; undefined when it has none any more. */
export const chooseModel = (agent: AgentView, grant: Grant): ModelInfo | undefined =>
  suitableModels(agent, fullNeeds(grant))[0];
