import type { Dialect } from '../../support/model-servers/dialects.ts';

const MODEL = 'model-a';

/** As Ollama 0.12.6 answers a thinking model that calls a tool, shortened. */
const OLLAMA = [
  '{"model":"model-a","created_at":"2026-11-20T10:00:00.1Z","message":{"role":"assistant","content":"","thinking":"Okay"},"done":false}',
  '{"model":"model-a","created_at":"2026-11-20T10:00:00.2Z","message":{"role":"assistant","content":"","tool_calls":[{"id":"call_7","function":{"index":0,"name":"get_weather","arguments":{"city":"Z\\u00fcrich","days":3}}}]},"done":false}',
  '{"model":"model-a","created_at":"2026-11-20T10:00:00.3Z","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"total_duration":5191566416,"load_duration":1,"prompt_eval_count":26,"prompt_eval_duration":3,"eval_count":298,"eval_duration":4}',
];

/** As llama.cpp, vLLM and OpenRouter answer, shortened and put together. */
const OPENAI = [
  ': OPENROUTER PROCESSING\n',
  'data: {"id":"c1","object":"chat.completion.chunk","created":1763000000,"model":"model-a","system_fingerprint":"b1","choices":[{"index":0,"delta":{"role":"assistant","content":null,"reasoning_content":"Okay"},"logprobs":null,"finish_reason":null}]}\n',
  'data: {"id":"c1","object":"chat.completion.chunk","created":1763000000,"model":"model-a","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_7","type":"function","function":{"name":"get_weather","arguments":"{\\"city\\":"}}]},"finish_reason":null}]}\n',
  'data: {"id":"c1","object":"chat.completion.chunk","created":1763000000,"model":"model-a","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\"Z\\u00fcrich\\"}"}}]},"finish_reason":null}]}\n',
  'data: {"id":"c1","object":"chat.completion.chunk","created":1763000000,"model":"model-a","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":26,"completion_tokens":298,"total_tokens":324,"prompt_tokens_details":null},"timings":{"predicted_ms":1.5}}\n',
  'data: [DONE]\n',
];

/** Good streams of a dialect, to be spoilt: text, JSON, calls of a tool, an error. */
export function recordedStreams({ kind, text, call, end, error }: Dialect): string[] {
  const done = end(MODEL);
  return [
    ['Hel', 'lo \u{1F600} ', 'w\u00f6rld\n'].map((piece) => text(MODEL, piece)).join('') + done,
    text(MODEL, '```json\n{"n": [4, 1.5e3, null],') + text(MODEL, ' "s": "a\\u0041"}\n```') + done,
    text(MODEL, 'I look.') + call(MODEL, 'get_weather', { city: 'Paris' }) + done,
    text(MODEL, 'Hel') + error('CUDA out of memory'),
    kind === 'ollama' ? `${OLLAMA.join('\n')}\n` : `${OPENAI.join('\n')}\n`,
  ];
}
