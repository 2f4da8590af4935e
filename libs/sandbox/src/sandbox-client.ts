import { ControlClient } from './kit/control-client.js';
import type { ProviderName, SimulatedProviders } from './providers.js';

/** Drives a running sandbox over HTTP, from tests and the demo: one typed client per simulated provider. */
export class SandboxClient {
  readonly tumipay: ControlClient<SimulatedProviders['tumipay']>;
  readonly hellopay: ControlClient<SimulatedProviders['hellopay']>;
  readonly teemopay: ControlClient<SimulatedProviders['teemopay']>;
  readonly #url: string;

  /** @param url the sandbox's origin, as in `Sandbox.url` */
  constructor(url: string) {
    this.#url = url.replace(/\/+$/, '');
    this.tumipay = this.provider('tumipay');
    this.hellopay = this.provider('hellopay');
    this.teemopay = this.provider('teemopay');
  }

  provider<Name extends ProviderName>(name: Name): ControlClient<SimulatedProviders[Name]> {
    return new ControlClient(`${this.#url}/control/${name}`);
  }
}
