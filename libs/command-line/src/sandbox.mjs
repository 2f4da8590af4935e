import { reasonOf } from './api.mjs';
import { CommandError, EXIT } from './command-error.mjs';

const TIMEOUT_MS = 15_000;

/** The control API of the simulated providers, see docs/sandbox.md. */
export class Sandbox {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }

  /**
   * Something happens to an order.
   * @param {{ provider: string, providerReference: string }} order
   * @param {string} move
   * @param {object} [body]
   */
  move({ provider, providerReference }, move, body = {}) {
    return this.#post(`/control/${provider}/orders/${encodeURIComponent(providerReference)}/${move}`, body);
  }

  /** The provider answers the next create so. @param {string} provider @param {object} fault */
  failCreate(provider, fault) {
    return this.#post(`/control/${provider}/faults`, { operation: 'create', times: 1, fault });
  }

  /** @param {string} path @param {object} body */
  async #post(path, body) {
    let response;
    try {
      response = await fetch(`${this.url}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw new CommandError(
        `No sandbox answers at ${this.url} (${reasonOf(error)}). npm start brings it; of another one give the address: --sandbox, or RECAUDO_SANDBOX_URL.`,
        { status: EXIT.UNREACHABLE },
      );
    }
    const answer = /** @type {any} */ (await response.json().catch(() => ({})));
    if (!response.ok) throw new CommandError(`The sandbox refuses it: ${answer.error ?? `HTTP ${response.status}`}`);
    return answer;
  }
}
