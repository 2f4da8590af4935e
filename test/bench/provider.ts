import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { SandboxClient, startSandbox } from '@recaudo/sandbox';

/** The simulated provider in a process of its own, which counts the orders that it is asked for. */
let calls = 0;
subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage };
  if (request.method === 'POST' && request.url?.endsWith('/v1/payin')) calls += 1;
});

const sandbox = await startSandbox({ port: 0 });
const { tumipay } = new SandboxClient(sandbox.url);
process.on('message', (message: { reset?: true }) => {
  const answer = async () => {
    if (message.reset) {
      await tumipay.reset();
      calls = 0;
    }
    process.send?.({ calls });
  };
  void answer();
});
process.send?.({ baseUrl: sandbox.tumipay.baseUrl, controlUrl: `${sandbox.url}/control/tumipay` });
