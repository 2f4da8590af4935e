import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { messageHeaders, messageId } from '../../src/notifications/message.js';
import { signingKey } from '../../src/notifications/signing-keys.js';

/** Messages to one server by undici alone: no claim, no record, and what is signed was signed before. */
export interface Messages {
  url: string;
  body: string;
  secret: string;
  count: number;
  concurrency: number;
}

async function sendAll({ url, body, secret, count, concurrency }: Messages): Promise<void> {
  const { origin, pathname: path } = new URL(url);
  const key = signingKey(secret);
  const headersOf = () => messageHeaders(messageId(randomUUID()), body, [key], new Date());
  const messages = Array.from({ length: count }, headersOf);
  const pool = new Pool(origin, { connections: concurrency });
  const keepSending = async () => {
    for (let headers = messages.pop(); headers; headers = messages.pop()) {
      const answer = await pool.request({ path, method: 'POST', headers, body });
      await answer.body.dump();
      if (answer.statusCode !== 204) throw new Error(`a message was answered ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, keepSending));
  await pool.close();
}

process.on('message', (messages: Messages) => void sendAll(messages).then(() => process.send?.({ sent: true })));
process.send?.({ ready: true });
