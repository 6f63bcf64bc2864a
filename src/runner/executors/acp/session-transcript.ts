import type { OutputLog } from '../../output/output-log.ts';
import type { TranscriptEvent } from '../../output/transcript-event.ts';
import type { SessionUpdate, ToolCallUpdate } from './session-update.ts';
import { type Surroundings, toolCallFields } from './tool-call-fields.ts';
import { type ToolCall, ToolCalls } from './tool-calls.ts';

/** Characters of the last message that are kept for the result. */
const MOST_CHARACTERS = 262_144;

type Update<Kind extends SessionUpdate['sessionUpdate']> = Extract<SessionUpdate, { sessionUpdate: Kind }>;

/** Makes the transcript of a session out of what the agent tells, and remembers what is needed later. */
export class SessionTranscript {
  readonly #output: OutputLog;
  readonly #around: Surroundings;
  readonly #calls = new ToolCalls();
  #message = '';
  #messageId: string | null | undefined;
  #cost: { amount: number; currency: string } | undefined;
  /** What a resumed session repeats of its past is not told again. */
  isMuted = false;

  constructor(output: OutputLog, around: Surroundings) {
    this.#output = output;
    this.#around = around;
  }

  /** What the agent said last, since its last tool call. */
  get lastMessage(): string {
    return this.#message.slice(-MOST_CHARACTERS).trim();
  }

  /** What the session cost so far, where the agent tells. */
  get cost(): { amount: number; currency: string } | undefined {
    return this.#cost;
  }

  add(event: TranscriptEvent): void {
    if (!this.isMuted) this.#output.event(event);
  }

  /** Takes the tool call of a request for permission; gives all that is known of it. */
  request(call: ToolCallUpdate): ToolCall {
    return this.#calls.update(call);
  }

  /** Takes an update of the session. Kinds that are not known are left out. */
  take(update: SessionUpdate): void {
    if (update.sessionUpdate === 'agent_message_chunk') this.#say(update);
    else if (update.sessionUpdate === 'usage_update') this.#spend(update);
    else if (update.sessionUpdate === 'tool_call' || update.sessionUpdate === 'tool_call_update') this.#call(update);
    else this.#show(update);
  }

  /** A turn begins with what a person, or the task, says. */
  prompt(text: string): void {
    this.#message = '';
    this.add({ type: 'message', role: 'user', text });
  }

  #say({ content, messageId }: Update<'agent_message_chunk'>): void {
    const isNext = messageId !== this.#messageId && this.#message !== '';
    if (isNext) this.#message = '';
    this.#messageId = messageId;
    const text = textOf(content);
    this.#message += text;
    // Not at every piece: each cut copies the whole.
    if (this.#message.length > 2 * MOST_CHARACTERS) this.#message = this.#message.slice(-MOST_CHARACTERS);
    // Two messages with nothing between them would be read as one.
    if (text) this.add({ type: 'message', role: 'agent', text: isNext ? `\n\n${text}` : text });
  }

  #show(update: Update<'agent_thought_chunk' | 'plan' | 'current_mode_update'>): void {
    if (update.sessionUpdate === 'plan') this.add({ type: 'plan', entries: update.entries ?? [] });
    else if (update.sessionUpdate === 'current_mode_update') this.add({ type: 'mode', id: update.currentModeId });
    else if (update.content.text !== '') this.add({ type: 'thought', text: textOf(update.content) });
  }

  #call(update: Update<'tool_call' | 'tool_call_update'>): void {
    this.#message = '';
    this.#calls.update(update);
    this.add({ type: update.sessionUpdate, id: update.toolCallId, ...toolCallFields(update, this.#around) });
  }

  #spend({ used, size, cost }: Update<'usage_update'>): void {
    if (cost) this.#cost = cost;
    const price = cost ? { cost: cost.amount, currency: cost.currency } : {};
    this.add({ type: 'usage', context_used: used, context_size: size, ...price });
  }
}

const textOf = ({ type, text }: { type: string; text?: string | undefined }): string => text ?? `[${type}]`;
