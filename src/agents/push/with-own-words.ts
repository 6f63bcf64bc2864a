import type { ModelInfo } from './schema.ts';

/** What servers seldom tell of their models; the operator may know. */
const OFTEN_UNTOLD = ['vision', 'tools', 'thinking'] as const;

/** The models as a task meets them: what the operator says of the agent's models counts for each that can chat. */
export function withOwnWords(models: ModelInfo[], own: string[]): ModelInfo[] {
  const known = OFTEN_UNTOLD.filter((word) => own.includes(word));
  return models.map((model) =>
    model.capabilities.includes('chat')
      ? { ...model, capabilities: [...new Set([...model.capabilities, ...known])] }
      : model,
  );
}
