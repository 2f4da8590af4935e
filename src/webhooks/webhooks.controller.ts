import { Controller, Logger, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { supports } from '@recaudo/payment-provider';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../auth/caller.js';
import { ProblemSchema } from '../http/openapi.js';
import { Problem } from '../http/problem.js';
import { RawBody } from '../http/route-body.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { InboundWebhookStore } from './inbound-webhook.store.js';
import { InboundWebhookWorker } from './inbound-webhook.worker.js';
import { readIfPossible } from './read-webhook.js';

const RETRY_AFTER_SECONDS = '600';

/** Receives providers' webhooks: verify the raw bytes, store, acknowledge. They are applied afterwards. */
@ApiTags('webhooks')
@Controller('webhooks')
export class WebhooksController {
  private readonly logger = new Logger(WebhooksController.name);

  constructor(
    private readonly registry: ProviderRegistry,
    private readonly store: InboundWebhookStore,
    private readonly worker: InboundWebhookWorker,
  ) {}

  @Post(':provider')
  @Public()
  @RawBody()
  @ApiOperation({
    operationId: 'receiveProviderWebhook',
    description:
      'For providers, not for merchants. The raw bytes are verified as the provider documents, stored and acknowledged; they are applied afterwards.',
    summary: 'Receive a signed webhook of a provider',
  })
  @ApiProduces('*/*')
  @ApiOkResponse({
    description: 'Stored. The status and the body are those that the provider expects',
    schema: { type: 'string' },
  })
  @ApiResponse({
    status: 404,
    type: ProblemSchema,
    description: 'NOT_FOUND: no enabled provider of that name sends webhooks',
  })
  @ApiConsumes('*/*')
  @ApiBody({ required: true, schema: { type: 'string', format: 'binary' } })
  async receive(
    @Param('provider') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const provider = this.registry.get(name);
    if (!provider || !supports(provider, 'webhooks'))
      throw new Problem('NOT_FOUND', 'No enabled provider of that name sends webhooks.');
    const { webhooks } = provider;
    const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (!webhooks.verifier.verify({ rawBody, headers: request.headers })) {
      this.logger.warn(
        { provider: name, requestId: request.id },
        'a webhook was refused: its signature does not verify',
      );
      throw new Problem(
        'WEBHOOK_NOT_VERIFIED',
        'Sign the body as it is sent, with the key or header that was agreed for this provider.',
      );
    }
    const event = readIfPossible(webhooks, rawBody);
    const providerReference = event?.providerReference ?? webhooks.referenceOf?.(rawBody) ?? null;
    const isKept = await this.store.receive({
      provider: name,
      eventKey: event?.eventKey ?? rawBody.toString('base64'),
      providerReference,
      rawBody,
      verifiedBy: webhooks.verifier.strategy,
    });
    if (!isKept) {
      this.logger.warn({ provider: name, requestId: request.id }, 'a webhook was refused: its order has too many');
      throw new Problem('TOO_MANY_WEBHOOKS', 'The status of the order is checked anyway; send it later.', undefined, {
        'retry-after': RETRY_AFTER_SECONDS,
      });
    }
    this.worker.wake();
    const { status, contentType, body } = webhooks.acknowledgement;
    await reply.status(status).type(contentType).send(body);
  }
}
