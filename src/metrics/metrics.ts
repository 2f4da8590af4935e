import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { OutboundHttp } from '@recaudo/outbound-http';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { routeOf } from '../http/route-config.js';
import { PayinFigures } from '../payins/use-cases/payin-figures.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { type Backlog, BacklogReader } from './backlog.js';
import { KINDS_OF_WORK } from './backlog.queries.js';
import { OpenWorkReader } from './open-work.js';
import { PayinMetrics } from './payin-metrics.js';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];
const BREAKER_STATES = { closed: 0, half_open: 1, open: 2 } as const;

/**
 * What this process has done, and what waits in the database. Labels are of closed lists: routes as they are declared, providers as they
 * are or were enabled; nothing of a payin, a merchant or a payer.
 */
@Injectable()
export class Metrics implements OnModuleInit {
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'recaudo_http_request_duration_seconds',
    help: 'Requests to this process, by declared route',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly calls = new Histogram({
    name: 'recaudo_outbound_call_duration_seconds',
    help: 'Calls to providers and merchants; outcome is the class of the status, or why there was no reply',
    labelNames: ['to', 'outcome'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly breakers = new Gauge({
    name: 'recaudo_provider_breaker',
    help: 'Circuit breaker of a provider by purpose: 0 closed, 1 half open, 2 open',
    labelNames: ['provider', 'purpose'],
    registers: [this.registry],
  });
  private readonly due = new Gauge({
    name: 'recaudo_due_work',
    help: 'Rows whose due time has come and that nobody has claimed, at most 10000',
    labelNames: ['work'],
    registers: [this.registry],
  });
  private readonly oldest = new Gauge({
    name: 'recaudo_due_work_oldest_seconds',
    help: 'How long the oldest of them has waited',
    labelNames: ['work'],
    registers: [this.registry],
  });
  private readonly dueByProvider = new Gauge({
    name: 'recaudo_provider_due_work',
    help: 'The same by provider, enabled or not',
    labelNames: ['provider', 'work'],
    registers: [this.registry],
  });
  private readonly oldestByProvider = new Gauge({
    name: 'recaudo_provider_due_work_oldest_seconds',
    help: 'How long the oldest of them has waited',
    labelNames: ['provider', 'work'],
    registers: [this.registry],
  });
  private readonly unknownAttempts = new Gauge({
    name: 'recaudo_provider_unknown_attempts',
    help: 'Attempts of which it is not known whether the provider took the order',
    labelNames: ['provider'],
    registers: [this.registry],
  });

  private readonly payins = new PayinMetrics(this.registry);

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly outbound: OutboundHttp,
    private readonly providers: ProviderRegistry,
    private readonly backlog: BacklogReader,
    private readonly openWork: OpenWorkReader,
    private readonly figures: PayinFigures,
  ) {
    collectDefaultMetrics({ register: this.registry });
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onResponse', (request, reply, done) => {
      const labels = {
        method: request.method,
        route: routeOf(request).url || 'none',
        status: String(reply.statusCode),
      };
      this.requests.observe(labels, reply.elapsedTime / 1000);
      done();
    });
    this.figures.listen(this.payins);
    this.outbound.onCall(({ to, outcome, durationMs }) => this.calls.observe({ to, outcome }, durationMs / 1000));
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Prometheus text. Without a database, all but what waits there. */
  async text(): Promise<string> {
    for (const provider of this.providers.names) {
      for (const [purpose, { breaker }] of Object.entries(this.outbound.health(provider)))
        this.breakers.set({ provider, purpose }, BREAKER_STATES[breaker]);
    }
    const [backlog, open] = await Promise.all([
      this.backlog.read().catch(() => undefined),
      this.openWork.read().catch(() => undefined),
    ]);
    this.show(backlog);
    this.payins.showOpen(open);
    return this.registry.metrics();
  }

  private show(backlog: Backlog | undefined): void {
    const gauges = [this.due, this.oldest, this.dueByProvider, this.oldestByProvider, this.unknownAttempts];
    for (const gauge of gauges) gauge.reset();
    if (!backlog) return;
    for (const work of KINDS_OF_WORK) {
      const counts = backlog.due.filter((count) => count.work === work);
      this.due.set(
        { work },
        counts.reduce((sum, { rows }) => sum + rows, 0),
      );
      this.oldest.set({ work }, Math.max(0, ...counts.map(({ oldestSeconds }) => oldestSeconds)));
    }
    for (const { work, provider, rows, oldestSeconds } of backlog.due) {
      if (provider === null) continue;
      this.dueByProvider.set({ provider, work }, rows);
      this.oldestByProvider.set({ provider, work }, oldestSeconds);
    }
    for (const { provider, rows } of backlog.unknownAttempts) this.unknownAttempts.set({ provider }, rows);
  }
}
