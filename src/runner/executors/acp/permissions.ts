import type { PermissionOption, RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk';
import type { QuestionView } from '../../../questions/schema.ts';
import type { AcpAgent } from '../../agents-schema.ts';
import type { Execution } from '../executor.ts';
import { type Decision, decidePermission } from './decide-permission.ts';
import { optionId, permissionQuestion } from './permission-question.ts';
import type { SessionTranscript } from './session-transcript.ts';
import { toolCallUpdate } from './session-update.ts';
import { toolCallFields } from './tool-call-fields.ts';
import type { ToolCall } from './tool-calls.ts';

type Kind = PermissionOption['kind'];
type Answered = { option: PermissionOption | undefined; question: QuestionView };

const ALLOW: Kind[] = ['allow_once', 'allow_always'];
const DENY: Kind[] = ['reject_once', 'reject_always'];

/**
 * Answers requests for permission: by the rules of the agent, then by those of the project, and where they say so, or
 * nothing, by asking a person, for whom the clock of the attempt stands still.
 */
export class Permissions {
  readonly #execution: Execution<AcpAgent>;
  readonly #transcript: SessionTranscript;
  readonly #occurrences = new Map<string, number>();

  constructor(execution: Execution<AcpAgent>, transcript: SessionTranscript) {
    this.#execution = execution;
    this.#transcript = transcript;
  }

  async answer({ toolCall: raw, options }: RequestPermissionRequest): Promise<RequestPermissionResponse> {
    const { agent, grant, cwd } = this.#execution;
    const toolCall = toolCallUpdate.parse(raw);
    const call = this.#transcript.request(toolCall);
    const rules = [...agent.permissions, ...(grant.permission_rules ?? [])];
    const decision = await decidePermission(rules, call, cwd);
    const ruled = byRule(decision, options);
    if (ruled) return this.#say(call, ruled.option, { by: 'rule', question_id: null });
    const asked = await this.#ask(call, toolCallFields(toolCall, { cwd, terminalText: () => '' }), options);
    if (!asked) return { outcome: { outcome: 'cancelled' } };
    return this.#say(call, asked.option ?? first(options, DENY), { by: 'answer', question_id: asked.question.id });
  }

  #say(
    call: ToolCall,
    option: PermissionOption | undefined,
    by: { by: 'rule' | 'answer'; question_id: string | null },
  ): RequestPermissionResponse {
    const decision = option?.kind ?? 'cancelled';
    this.#transcript.add({ type: 'permission', tool_call_id: call.id, title: call.title, decision, ...by });
    if (!option) return { outcome: { outcome: 'cancelled' } };
    return { outcome: { outcome: 'selected', optionId: option.optionId } };
  }

  /** Undefined when nobody can be asked, or the work is over before there is an answer. */
  async #ask(
    call: ToolCall,
    fields: ReturnType<typeof toolCallFields>,
    options: PermissionOption[],
  ): Promise<Answered | undefined> {
    const { self, clock, signal, cwd, output } = this.#execution;
    const { key = '' } = permissionQuestion(call, fields, { options, cwd, occurrence: 1 });
    const occurrence = (this.#occurrences.get(key) ?? 0) + 1;
    this.#occurrences.set(key, occurrence);
    clock.pause();
    try {
      let question = await self.ask(permissionQuestion(call, fields, { options, cwd, occurrence }), signal);
      while (question.state === 'pending') question = await self.waitForAnswer(question.id, signal);
      const chosen = question.answer?.option;
      return { question, option: options.find((_, index) => optionId(options, index) === chosen) };
    } catch (error) {
      if (!signal.aborted) output.system(`Nobody could be asked for permission: ${(error as Error).message}`);
      return undefined;
    } finally {
      clock.resume();
    }
  }
}

/** What a rule makes of a request; undefined when a person is to be asked, or the agent offers nothing of the kind. */
function byRule(decision: Decision, options: PermissionOption[]): { option: PermissionOption | undefined } | undefined {
  if (decision === 'deny') return { option: first(options, DENY) };
  const option = decision === 'allow' ? first(options, ALLOW) : undefined;
  return option && { option };
}

const first = (options: PermissionOption[], kinds: Kind[]): PermissionOption | undefined =>
  kinds.map((kind) => options.find((option) => option.kind === kind)).find((option) => option !== undefined);
