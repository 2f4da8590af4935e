import { afterEach, describe, expect, it } from '@jest/globals';
import { startReplicas, type Replicas } from '../support/replicas.js';

let replicas: Replicas;
afterEach(() => replicas?.close());

describe('payins of a provider that is not enabled any more', () => {
  it('are named in the log at the start', async () => {
    replicas = await startReplicas(1);
    const [service] = replicas.all;
    const payin = await service!.api.open();
    await service!.pullPlug();
    await replicas.database.query(`update payins set provider = 'gone' where id = $1`, [payin.id]);
    await service!.start();
    await expect(
      service!.says(/"providers":\["gone"\].*payins wait for providers that are not enabled/),
    ).resolves.toBeUndefined();
  });
});
