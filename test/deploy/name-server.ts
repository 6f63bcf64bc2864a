import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

const TYPE_A = 1;

/**
 * Answers every question for an IPv4 address with `addresses`, as the name server of a container engine answers with a
 * service's containers; other questions with nothing. RFC 1035. Returns where it listens; it is closed with the test.
 */
export async function nameServer(addresses: string[]): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => socket.send(answerTo(query, addresses), port, address));
  await once(socket.bind(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

function answerTo(query: Buffer, addresses: string[]): Buffer {
  // The header has 12 bytes; the question ends two fields of 16 bits after the empty label that ends its name.
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const found = question.readUInt16BE(question.length - 4) === TYPE_A ? addresses : [];
  const header = Buffer.from([query[0]!, query[1]!, 0x81, 0x80, 0, 1, 0, found.length, 0, 0, 0, 0]);
  return Buffer.concat([header, question, ...found.map(addressRecord)]);
}

/** The name as a pointer to the question, type A, class IN, a second to live, four bytes. */
const addressRecord = (address: string): Buffer =>
  Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split('.').map(Number)]);
