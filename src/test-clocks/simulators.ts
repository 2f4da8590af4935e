import type { Type } from '@nestjs/common';
import { isSimulatorAddress } from '../../config/simulator-address.js';
import { ServiceSettings } from '../../config/service.settings.js';

/** A simulated provider, and where its control API is. */
export interface Simulator {
  name: string;
  controlUrl: string;
}

export const SIMULATORS = Symbol('Simulators');

interface Provider {
  readonly name: string;
  readonly settings: Type;
}

/**
 * The simulated providers of a service that has no others: only there time can pass for an organization and its providers alike.
 * @returns undefined where real money moves, or one provider is a real server
 */
export function simulatorsOf(
  settings: ReadonlyMap<Type, object>,
  enabled: readonly Provider[],
): readonly Simulator[] | undefined {
  if ((settings.get(ServiceSettings) as ServiceSettings).production) return undefined;
  const simulators = enabled.flatMap(({ name, settings: own }) => {
    const values = Object.entries(settings.get(own) ?? {}) as [string, unknown][];
    const [, baseUrl] = values.find(([variable]) => variable.endsWith('_BASE_URL')) ?? [];
    if (typeof baseUrl !== 'string' || !isSimulatorAddress(baseUrl)) return [];
    return [{ name, controlUrl: `${new URL(baseUrl).origin}/control/${name}` }];
  });
  return simulators.length === enabled.length ? simulators : undefined;
}
