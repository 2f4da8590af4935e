import { TumiPayControlClient } from './tumipay/control-client.js';

/** Drives a running sandbox over HTTP, from tests and the demo: one typed client per simulated provider. */
export class SandboxClient {
  readonly tumipay: TumiPayControlClient;

  /** @param url the sandbox's origin, as in `Sandbox.url` */
  constructor(url: string) {
    this.tumipay = new TumiPayControlClient(url.replace(/\/+$/, ''));
  }
}
