import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { type DynamicModule, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { OutboundHttp, OutboundHttpModule, type OutboundReply, type OutboundRequest } from '@recaudo/outbound-http';
import {
  type AnyPaymentProvider,
  type OpenedOrder,
  type OrderQuery,
  PAYMENT_PROVIDER,
  type PayinOrder,
  ProviderError,
} from '@recaudo/payment-provider';
import { SandboxClient, startSandbox } from '@recaudo/sandbox';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { ConformanceServer, ConformanceSubject, SandboxControl } from './subject.js';
import { WebhookSink } from './webhook-sink.js';
import { Wire } from './wire.js';

/** The deadline where a reply never comes, instead of the many seconds that a bank may need. */
export const HASTE_MS = 250;

/** The breaker is not the provider's: thousands of bad replies must all be read. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** A payer whose every datum would be noticed in an error. */
const PAYER = {
  name: 'Canario Secreto',
  idType: 'CC',
  idNumber: '1032456789',
  phone: '+573104447777',
  email: 'canario.secreto@example.com',
} as const;

/** The real thing with less patience. */
class HastyOutboundHttp extends OutboundHttp {
  override send(request: OutboundRequest): Promise<OutboundReply> {
    return super.send({ ...request, timeoutMs: HASTE_MS });
  }
}

interface BuildOptions {
  /** Over those of the sandbox. */
  settings?: Readonly<Record<string, string>>;
  /** Where the provider believes its sandbox to be; default the wire. */
  origin?: string;
  /** Every call has `HASTE_MS`. */
  hasty?: boolean;
}

/** A provider through its own module, as the service gets it; a wire that records and can fail; its sandbox; and where webhooks arrive. */
export class ConformanceHarness {
  /** The provider as it is against its sandbox. */
  provider!: AnyPaymentProvider;
  /** The same with little patience. */
  hasty!: AnyPaymentProvider;
  readonly #modules: TestingModule[] = [];
  readonly #secrets: string[];
  #orders = 0;

  private constructor(
    private readonly subject: ConformanceSubject,
    private readonly server: ConformanceServer,
    readonly wire: Wire,
    readonly sink: WebhookSink,
  ) {
    const environment = Object.entries(server.environment(wire.origin, {}));
    const credentials = environment.filter(([name]) => /KEY|SECRET|TOKEN|PASSWORD|USERNAME/.test(name));
    this.#secrets = [
      ...credentials.map(([, value]) => value),
      ...Object.values(PAYER).filter((text) => text.length > 2),
      PAYER.phone.slice(3),
    ];
  }

  get control(): SandboxControl {
    return this.server.control;
  }

  /** Whether an answer shows the requested amount instead of another that came. */
  get answersEcho(): boolean {
    return this.provider.answersEchoRequestedAmount === 'always' && !this.server.answersSayWhatCame;
  }

  static async start(subject: ConformanceSubject): Promise<ConformanceHarness> {
    const sink = await WebhookSink.open();
    const server = await (subject.server ?? sandboxOf(subject))(sink.url);
    const wire = await Wire.open(server.url);
    const harness = new ConformanceHarness(subject, server, wire, sink);
    harness.provider = await harness.build();
    harness.hasty = await harness.build({ hasty: true });
    return harness;
  }

  async build({
    settings = {},
    origin = this.wire.origin,
    hasty = false,
  }: BuildOptions = {}): Promise<AnyPaymentProvider> {
    const { descriptor } = this.subject;
    const outbound = OutboundHttpModule.forRootAsync({
      inject: [],
      useFactory: () => ({ allowPrivate: true, limits: { failuresToOpen: NEVER } }),
    });
    const environment = { ...this.server.environment(origin, settings), ...settings };
    const builder = Test.createTestingModule({
      imports: [SettingsOfOneProvider.of(descriptor, environment), outbound, descriptor.module],
    });
    if (hasty) builder.overrideProvider(OutboundHttp).useClass(HastyOutboundHttp);
    const module = await builder.compile();
    this.#modules.push(module);
    return module.get(PAYMENT_PROVIDER, { strict: false });
  }

  /** An origin where nobody listens. */
  async deadOrigin(): Promise<string> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return `http://127.0.0.1:${port}`;
  }

  /** The first documented order, or another, with a payer who would be noticed and a reference that no other test has, and changes. */
  newOrder(changes: Partial<PayinOrder> = {}, example = this.subject.examples[0]): PayinOrder {
    this.#orders += 1;
    if (!example) throw new Error('a subject without an example');
    return {
      ...example.order,
      ...(example.order.customer ? { customer: PAYER } : {}),
      providerReference: `conformance${String(this.#orders).padStart(21, '0')}`,
      webhookUrl: this.server.webhookUrl ?? this.sink.url,
      ...changes,
    };
  }

  /** The ProviderError of a call, which holds neither a credential nor anything of the payer. */
  async errorOf(call: Promise<unknown>): Promise<ProviderError> {
    const outcome = await call.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (!('error' in outcome) || !(outcome.error instanceof ProviderError))
      throw new Error(`no ProviderError, but ${inspect(outcome, { depth: 5 })}`);
    this.expectNothingSecret(outcome.error);
    if (outcome.error.message.length > 200) throw new Error(`too long for a line: ${outcome.error.message}`);
    return outcome.error;
  }

  expectNothingSecret(value: unknown): void {
    const everything = inspect(value, { depth: 10, showHidden: true });
    const leaked = this.#secrets.find((secret) => everything.includes(secret));
    if (leaked !== undefined) throw new Error(`${leaked} stands in ${everything}`);
  }

  /** Between tests: nothing that one did is seen by the next. */
  async reset(): Promise<void> {
    await this.control.reset();
    this.wire.recorded();
    this.sink.forget();
  }

  async close(): Promise<void> {
    await Promise.all(this.#modules.map((module) => module.close()));
    await this.wire.close();
    await this.server.close();
    await this.sink.close();
  }
}

function sandboxOf(subject: ConformanceSubject): (webhookUrl: string) => Promise<ConformanceServer> {
  return async (webhookUrl) => {
    const sandbox = await startSandbox({ ...subject.sandbox?.(webhookUrl), port: 0 });
    return {
      url: sandbox.url,
      environment: (origin) => subject.descriptor.sandboxEnvironment(origin),
      control: subject.control(new SandboxClient(sandbox.url)),
      close: () => sandbox.close(),
    };
  };
}

/** How an order is asked about. */
export function queryOf({ providerReference, amountInCents }: PayinOrder, opened?: OpenedOrder): OrderQuery {
  const query = { providerReference, amountInCents, startedAt: new Date() };
  return opened?.externalId === undefined ? query : { ...query, externalId: opened.externalId };
}

/** The provider's settings, read and checked as the service does it, without the service's own. */
@Module({})
class SettingsOfOneProvider {
  static of(
    { settings }: ConformanceSubject['descriptor'],
    environment: Readonly<Record<string, string>>,
  ): DynamicModule {
    const loaded: object = plainToInstance(settings, environment);
    const problems = validateSync(loaded, { forbidUnknownValues: true });
    if (problems.length > 0) throw new Error(`the sandbox's settings are not usable: ${problems.join(' ')}`);
    return {
      module: SettingsOfOneProvider,
      global: true,
      providers: [{ provide: settings, useValue: loaded }],
      exports: [settings],
    };
  }
}
