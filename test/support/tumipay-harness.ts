import { inspect } from 'node:util';
import { expect } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { OutboundHttp, OutboundHttpModule, type OutboundReply, type OutboundRequest } from '@recaudo/outbound-http';
import {
  type OrderQuery,
  PAYMENT_PROVIDER,
  type PayinOrder,
  type PaymentProvider,
  ProviderError,
} from '@recaudo/payment-provider';
import { tumipay } from '@recaudo/providers/tumipay';
import { type Sandbox, SandboxClient, startSandbox, TUMIPAY_SANDBOX_CREDENTIALS } from '@recaudo/sandbox';
import { loadSettings } from '../../config/load-settings.js';
import { SettingsModule } from '../../config/settings.module.js';

const { username, password, token } = TUMIPAY_SANDBOX_CREDENTIALS;

/** The deadline under test, instead of the many seconds that a bank may need. */
const DEADLINE_MS = 600;

export const CUSTOMER = {
  name: 'John Doe',
  idType: 'CC',
  idNumber: '1234567890',
  phone: '+573121234567',
  email: 'johndoe@example.com',
} as const;

/** The real thing with less patience. */
class HastyOutboundHttp extends OutboundHttp {
  override send(request: OutboundRequest): Promise<OutboundReply> {
    return super.send({ ...request, timeoutMs: DEADLINE_MS });
  }
}

/** The TumiPay provider through its own module, as the service gets it, in front of a sandbox; without a database. */
export class TumiPayHarness {
  readonly control: SandboxClient['tumipay'];
  readonly #modules: TestingModule[] = [];

  private constructor(readonly sandbox: Sandbox) {
    this.control = new SandboxClient(sandbox.url).tumipay;
  }

  static async start(): Promise<TumiPayHarness> {
    return new TumiPayHarness(await startSandbox({ port: 0 }));
  }

  /** @param hasty every call has so little patience */
  async provider(
    settings: Record<string, string> = {},
    hasty = false,
  ): Promise<PaymentProvider<'webhooks' | 'pseBanks'>> {
    const environment = {
      NODE_ENV: 'test',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
      TUMIPAY_BASE_URL: this.sandbox.tumipay.baseUrl,
      ...settings,
    };
    const outbound = OutboundHttpModule.forRootAsync({ inject: [], useFactory: () => ({ allowPrivate: true }) });
    const builder = Test.createTestingModule({
      imports: [SettingsModule.forRoot(loadSettings(environment, [tumipay])), outbound, tumipay.module],
    });
    if (hasty) builder.overrideProvider(OutboundHttp).useClass(HastyOutboundHttp);
    const module = await builder.compile();
    this.#modules.push(module);
    return module.get(PAYMENT_PROVIDER, { strict: false });
  }

  async close(): Promise<void> {
    await Promise.all(this.#modules.map((module) => module.close()));
    await this.sandbox.close();
  }
}

let counter = 0;

/** Seed 002's order with a reference that no other test has, and changes. */
export function newOrder(changes: Partial<PayinOrder> = {}): PayinOrder {
  counter += 1;
  return {
    providerReference: `bench001${String(counter).padStart(24, '0')}`,
    amountInCents: 5_000_000n,
    currency: 'COP',
    rail: 'BRE_B',
    customer: CUSTOMER,
    description: 'Bre-B PayIn test',
    expiresInMinutes: 30,
    webhookUrl: 'http://127.0.0.1:9/webhook',
    redirectUrl: 'https://your-domain.com/payment/ok',
    ...changes,
  };
}

/** How that order is asked about. */
export function queryOf({ providerReference, amountInCents }: PayinOrder, externalId?: string): OrderQuery {
  return { providerReference, amountInCents, startedAt: new Date(), ...(externalId ? { externalId } : {}) };
}

/** The ProviderError of a call, which holds neither a credential nor anything of the payer. */
export async function providerErrorOf(call: Promise<unknown>): Promise<ProviderError> {
  const outcome = await call.catch((error: unknown) => error);
  if (!(outcome instanceof ProviderError)) throw new Error(`no ProviderError, but ${inspect(outcome)}`);
  const everything = inspect(outcome, { depth: 10, showHidden: true });
  for (const secret of [password, token, btoa(`${username}:${password}`), 'johndoe', '1234567890', '3121234567']) {
    expect(everything).not.toContain(secret);
  }
  return outcome;
}
