import { expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { LOG_ENTRY_BYTES } from '../../tasks/attempt-schema.ts';
import { type LogEntry, OutputLog, type OutputLogOptions } from './output-log.ts';

function recorded(options: Partial<OutputLogOptions> = {}) {
  const batches: LogEntry[][] = [];
  const log = new OutputLog({ flushMs: 10, send: async (entries) => void batches.push(entries), ...options });
  return { log, batches, entries: () => batches.flat() };
}

const bytes = (text: string) => Buffer.from(text);

test('output arrives as numbered entries without waiting for the end of a line', async () => {
  const { log, entries } = recorded();
  await log.write('stdout', bytes('Password? '));
  await until(() => entries().length === 1);
  await log.write('stdout', bytes('no\n'));
  await until(() => entries().length === 2);
  expect(entries()).toEqual([
    { seq: 0, stream: 'stdout', text: 'Password? ' },
    { seq: 1, stream: 'stdout', text: 'no\n' },
  ]);
});

test('lines of both streams stay in the order in which they were written', async () => {
  const { log } = recorded({ flushMs: 60_000 });
  await log.write('stdout', bytes('one\ntw'));
  await log.write('stderr', bytes('error\n'));
  await log.write('stdout', bytes('o\n'));
  log.system('Stopped.');
  expect((await log.close(0)).map(({ stream, text }) => [stream, text])).toEqual([
    ['stdout', 'one\n'],
    ['stderr', 'error\n'],
    ['stdout', 'two\n'],
    ['system', 'Stopped.'],
  ]);
});

test('an entry is at most 16 KiB, cut at a line end where there is one and never inside a character', async () => {
  const { log } = recorded({ flushMs: 60_000 });
  const lines = `${'x'.repeat(9_999)}\n`.repeat(3);
  const long = 'é😀'.repeat(10_000);
  await log.write('stdout', bytes(lines));
  await log.write('stdout', bytes(long));
  const entries = await log.close(0);
  expect(entries.map(({ text }) => text).join('')).toBe(lines + long);
  expect(entries.slice(0, 3).map(({ text }) => text.length)).toEqual([10_000, 10_000, 10_000]);
  for (const { text } of entries) {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LOG_ENTRY_BYTES);
    expect(text.isWellFormed()).toBe(true);
  }
});

test('a character that is split over two chunks arrives whole', async () => {
  const { log } = recorded();
  const [head, tail] = [bytes('😀').subarray(0, 3), bytes('😀').subarray(3)];
  await log.write('stdout', head);
  await log.write('stderr', bytes('x\n'));
  await log.write('stdout', tail);
  expect((await log.close(0)).map(({ text }) => text)).toEqual(['x\n', '😀']);
});

test('NUL, lone surrogates and what is not UTF-8 become U+FFFD', async () => {
  const { log } = recorded();
  await log.write('stdout', Buffer.from([0x61, 0x00, 0xed, 0xa0, 0x80, 0xff, 0x62, 0xc3]));
  log.system('\0\ud800');
  const texts = (await log.close(0)).map(({ text }) => text);
  expect(texts).toEqual(['a\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDb', '\uFFFD\uFFFD', '\uFFFD']);
});

test('over the limit of an attempt one entry says so, and the rest is dropped', async () => {
  const { log } = recorded({ limitBytes: 5, flushMs: 60_000 });
  await log.write('stdout', bytes('1234'));
  await log.write('stdout', bytes('5678'));
  await log.write('stderr', bytes('9'));
  expect((await log.close(0)).map(({ stream, text }) => [stream, text])).toEqual([
    ['stdout', '12345'],
    ['system', 'The output is over 10 MiB: the rest is not logged.'],
  ]);
});

test('while the server takes nothing, the writer is held up after 1 MiB and goes on afterwards', async () => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { log } = recorded({ send: () => gate });
  let written = 0;
  const writing = (async () => {
    for (; written < 40; written++) await log.write('stdout', Buffer.alloc(65_536, 'x'));
  })();
  await until(() => written > 14);
  expect(written).toBeLessThan(18);
  open();
  await writing;
});

test('what the server has not taken at the end is given back, to be delivered later', async () => {
  const { log } = recorded({
    send: (_entries, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  await log.write('stdout', bytes('a\n'));
  await until(async () => (await log.close(10)).length === 1);
});

test('after a refusal nothing more is sent and nobody is held up', async () => {
  let calls = 0;
  const { log } = recorded({
    send: async () => {
      calls++;
      throw new Error('lease_lost');
    },
  });
  await log.write('stdout', bytes('a\n'));
  await until(() => calls === 1);
  for (let i = 0; i < 40; i++) await log.write('stdout', Buffer.alloc(65_536, 'x'));
  expect(await log.close(0)).toEqual([]);
  expect(calls).toBe(1);
});

const events = (entries: LogEntry[]) => entries.map(({ text }) => JSON.parse(text));

test('an event of the transcript is sent at once; words that come meanwhile are put together', async () => {
  const sent: LogEntry[][] = [];
  const gates: (() => void)[] = [];
  const send = (entries: LogEntry[]) => {
    sent.push(entries);
    return new Promise<void>((resolve) => gates.push(resolve));
  };
  const log = new OutputLog({ send, flushMs: 60_000, wordsMs: 5 });
  log.event({ type: 'mode', id: 'ask' });
  expect(events(sent[0]!)).toEqual([{ type: 'mode', id: 'ask' }]);
  for (const text of ['On', 'ce ', 'upon']) log.event({ type: 'message', role: 'agent', text });
  log.event({ type: 'thought', text: 'hm' });
  gates[0]!();
  await until(() => sent.length === 2);
  expect(events(sent[1]!)).toEqual([{ type: 'message', role: 'agent', text: 'Once upon' }]);
  gates[1]!();
  await until(() => sent.length === 3);
  expect(events(sent[2]!)).toEqual([{ type: 'thought', text: 'hm' }]);
  expect(sent.flat().map(({ seq, stream }) => [seq, stream])).toEqual([0, 1, 2].map((seq) => [seq, 'transcript']));
});

test('words that are too long for an entry go on in the next; everything else is cut and says so', async () => {
  const { log, entries: sent } = recorded();
  const words = '\u0001😀"\n'.repeat(10_000);
  log.event({ type: 'message', role: 'agent', text: words });
  log.event({ type: 'tool_call', id: 'a', title: 'x'.repeat(50_000), content: new Array(3_000).fill('y'.repeat(50)) });
  await log.close(1_000);
  const entries = sent();
  for (const { text } of entries) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LOG_ENTRY_BYTES);
  const all = events(entries);
  const said = all.filter(({ type }) => type === 'message');
  expect(said.map(({ text }) => text).join('')).toBe(words);
  expect(all.at(-1)).toMatchObject({ type: 'tool_call', id: 'a', truncated: true });
});

test('over the limit of an attempt the transcript ends with a sentence as well', async () => {
  const { log, entries } = recorded({ limitBytes: 100 });
  for (let i = 0; i < 10; i++) log.event({ type: 'mode', id: String(i) });
  await until(() => entries().at(-1)?.stream === 'system');
  expect(entries().at(-1)).toMatchObject({
    stream: 'system',
    text: 'The output is over 10 MiB: the rest is not logged.',
  });
});
