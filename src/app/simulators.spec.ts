import { describe, expect, it } from '@jest/globals';
import { type Environment, enabledProviders, loadSettings } from '../../config/load-settings.js';
import { ServiceSettings } from '../../config/service.settings.js';
import { PROVIDERS } from '../providers.js';
import { simulatorsOf } from '../test-clocks/simulators.js';

function simulators(environment: Environment): unknown {
  const settings = loadSettings(
    { NODE_ENV: 'development', DATABASE_URL: 'postgres://localhost/none', ...environment },
    PROVIDERS,
  );
  return simulatorsOf(settings, enabledProviders(settings.get(ServiceSettings) as ServiceSettings, PROVIDERS));
}

describe('the simulated providers', () => {
  it('are all that are enabled where nothing is set', () => {
    expect(simulators({})).toEqual(
      ['tumipay', 'hellopay', 'teemopay'].map((name) => ({
        name,
        controlUrl: `http://localhost:4000/control/${name}`,
      })),
    );
  });

  it('are none where one provider is a real server, even its test environment: its orders do not become older', () => {
    const real = {
      HELLOPAY_BASE_URL: 'https://api.stg.hellopay.com.co',
      HELLOPAY_API_KEY: 'of-the-test',
      HELLOPAY_WEBHOOK_SECRET: 'of-the-test-too',
      HELLOPAY_WEBHOOK_HEADER: 'x-secret',
    };
    expect(simulators(real)).toBeUndefined();
    expect(simulators({ ...real, PROVIDERS: 'tumipay' })).toHaveLength(1);
  });
});
