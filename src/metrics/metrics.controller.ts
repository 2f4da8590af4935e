import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { equalInConstantTime } from '@recaudo/payment-provider';
import type { FastifyReply } from 'fastify';
import { ServiceSettings } from '../../config/service.settings.js';
import { Public } from '../auth/caller.js';
import { Problem } from '../http/problem.js';
import { Metrics } from './metrics.js';

@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly settings: ServiceSettings,
  ) {}

  @Get()
  @Public()
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'Get metrics as Prometheus text',
    description:
      'For operators. If METRICS_KEY is set, send Authorization: Bearer <METRICS_KEY>. Production serves no metrics without that setting.',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  async all(@Headers('authorization') authorization: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    this.letIn(authorization ?? '');
    const text = await this.metrics.text();
    await reply.header('content-type', this.metrics.contentType).send(text);
  }

  private letIn(authorization: string): void {
    const { METRICS_KEY, production } = this.settings;
    if (!METRICS_KEY && production) throw new Problem('NOT_FOUND', 'Metrics are served once METRICS_KEY is set.');
    if (METRICS_KEY && !equalInConstantTime(authorization, `Bearer ${METRICS_KEY}`))
      throw new Problem('UNAUTHENTICATED', 'Send Authorization: Bearer <METRICS_KEY>.');
  }
}
