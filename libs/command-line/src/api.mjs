import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError, EXIT } from './command-error.mjs';

const TIMEOUT_MS = 30_000;
const ATTEMPTS_MAX = 4;
const RETRY_AFTER_MAX_MS = 10_000;

/** The server answered that it will not: the message says what to fix. */
export class Refused extends CommandError {
  /** @param {number} httpStatus @param {any} problem @param {string} server */
  constructor(httpStatus, problem, server) {
    super(sentenceOf(httpStatus, problem, server));
    this.httpStatus = httpStatus;
    this.code = problem?.code;
  }
}

/** Nothing has answered: it may be asked again. */
export class Unreachable extends CommandError {
  /** @param {string} server @param {unknown} error */
  constructor(server, error) {
    super(`${server} does not answer (${reasonOf(error)}). Is the service running, and is the address right?`, {
      status: EXIT.UNREACHABLE,
    });
  }
}

/** JSON over HTTP, with the key of an organization. */
export class Api {
  #key;

  /** @param {import('./connection.mjs').Connection} connection */
  constructor({ server, key }) {
    this.server = server;
    this.#key = key;
  }

  /** @param {string} path @param {{ signal?: AbortSignal, timeoutMs?: number }} [options] */
  get(path, options) {
    return this.#call('GET', path, undefined, options);
  }

  /** What it does has its effect once, also when it is sent again. @param {string} path @param {object} [body] */
  post(path, body) {
    return this.#call('POST', path, body);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {{ signal?: AbortSignal, timeoutMs?: number }} [options]
   */
  async #call(method, path, body, { signal, timeoutMs = TIMEOUT_MS } = {}) {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.#send(method, path, body, signal, timeoutMs);
      const answer = await jsonOf(response);
      if (response.ok) return { status: response.status, headers: response.headers, body: answer };
      const waits = response.status === 429 || response.status === 503;
      if (!waits || attempt === ATTEMPTS_MAX) throw new Refused(response.status, answer, this.server);
      const seconds = Number(response.headers.get('retry-after'));
      await sleep(Math.min(RETRY_AFTER_MAX_MS, (seconds || 1) * 1000), undefined, { signal });
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {AbortSignal | undefined} signal
   * @param {number} timeoutMs
   */
  async #send(method, path, body, signal, timeoutMs) {
    const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
    try {
      return await fetch(`${this.server}${path}`, {
        method,
        signal: AbortSignal.any(limits),
        redirect: 'error',
        headers: {
          authorization: `Bearer ${this.#key}`,
          accept: 'application/json',
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Unreachable(this.server, error);
    }
  }
}

/** @param {Response} response */
async function jsonOf(response) {
  const text = await response.text().catch(() => '');
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return { detail: text.slice(0, 200) };
  }
}

/** @param {unknown} error */
export function reasonOf(error) {
  const { cause, name, message } = /** @type {any} */ (error);
  return cause?.code ?? cause?.message ?? (name === 'TimeoutError' ? 'no answer in time' : message);
}

/** @param {number} status @param {any} problem @param {string} server */
function sentenceOf(status, problem, server) {
  const { title, detail, errors = [], code, requestId } = problem ?? {};
  const more = status === 401 ? ' Set RECAUDO_API_KEY to a key of this server.' : '';
  const lines = [
    `${title ?? `${server} answered ${status}`}${detail ? `: ${detail}` : ''}${more}`,
    ...errors.map((/** @type {any} */ { field, message }) => `  ${field}: ${message}`),
  ];
  if (code)
    lines.push(`  (${[`HTTP ${status}`, code, requestId && `request ${requestId}`].filter(Boolean).join(', ')})`);
  return lines.join('\n');
}
