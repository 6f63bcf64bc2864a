/** A dot: the smallest picture there is. */
const PICTURE = {
  type: 'image/png',
  base64: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
} as const;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);
const tool = { name: 'look_up', description: 'Looks a word up', parameters: { type: 'object' } };
/** One lost connection must not cost the example seconds. */
const SOON = { backoff_base_ms: 200 };

/** 60 prompts that name what they need of a model, and never a server. */
export function exampleTasks() {
  const chats = numbers(30).map((n) => ({
    title: `Chat ${n}`,
    prompt: `Is ${n} a number?`,
    needs: { capabilities: ['chat'] },
    ...SOON,
  }));
  const pictures = numbers(10).map((n) => ({
    title: `Picture ${n}`,
    call: { messages: [{ role: 'user' as const, content: `Is picture ${n} a dot?`, images: [PICTURE] }] },
    needs: { capabilities: ['vision'] },
    ...SOON,
  }));
  const tools = numbers(10).map((n) => ({
    title: `Tools ${n}`,
    prompt: `Would you look up word ${n}?`,
    call: { tools: [tool] },
    needs: { capabilities: ['tools'] },
    ...SOON,
  }));
  const texts = numbers(10).map((n) => ({
    title: `Embed ${n}`,
    call: { embed: [`text ${n}`] },
    needs: { capabilities: ['embedding'] },
    ...SOON,
  }));
  return [...chats, ...pictures, ...tools, ...texts];
}
