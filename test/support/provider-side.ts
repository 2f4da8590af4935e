import type { ControlClient, OrderView, ProviderName, SimulatedProviders } from '@recaudo/sandbox';
import type { TestApp } from './test-app.js';

/** An order as its provider has it, and what can be done to it there. */
export interface ProviderSide<Name extends ProviderName> {
  control: ControlClient<SimulatedProviders[Name]>;
  order: OrderView<SimulatedProviders[Name]>;
}

/** The provider's side of a payin, found by the reference under which it was opened. */
export async function providerSide<Name extends ProviderName>(
  { api, sandbox }: TestApp,
  payin: { id: string },
  name: Name,
): Promise<ProviderSide<Name>> {
  const opened = (await api.events(payin.id)).findLast(({ type }) => type === 'attempt.opened');
  const control = sandbox.provider(name);
  const [order] = await control.orders(String(opened?.data['providerReference']));
  if (!order) throw new Error(`${name} has no order of this payin`);
  return { control, order };
}
