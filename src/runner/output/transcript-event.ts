/** Text and locations of a tool call, all of it or what changed. */
export type ToolCallFields = {
  title?: string;
  kind?: string;
  status?: string;
  locations?: { path: string; line: number | null }[];
  diffs?: { path: string; old_text: string | null; new_text: string }[];
  content?: string[];
};

/** One event of a transcript, as docs/transcript.md describes it. */
export type TranscriptEvent =
  | { type: 'message'; role: 'agent' | 'user'; text: string }
  | { type: 'thought'; text: string }
  | { type: 'plan'; entries: { content: string; priority: string; status: string }[] }
  | ({ type: 'tool_call' | 'tool_call_update'; id: string } & ToolCallFields)
  | { type: 'mode'; id: string }
  | ({ type: 'usage' } & Record<string, number | string | null>)
  | {
      type: 'permission';
      question_id: string | null;
      tool_call_id: string;
      title: string;
      decision: string;
      by: 'rule' | 'answer';
    }
  | { type: 'stop'; reason: string };
