import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CheckoutSettings } from '../checkout-settings/checkout-settings.service.js';
import { describeError } from '../logging/describe-error.js';
import { Problem } from '../http/problem.js';
import { type CheckoutAssets, checkoutAssets } from './assets.js';
import type { Page } from './pages/layout.js';
import { pageAddress, type PayinPageContext } from './pages/parts.js';
import { payinPage } from './pages/payin-page.js';
import { problemPage } from './pages/problem-page.js';
import { PayinOfToken } from './payin-of-token.service.js';
import { ReturnAddresses } from './return-address.js';
import { isLanguage, type Language } from './texts/language.js';
import { textsOf } from './texts/texts.js';

type PageQuery = Readonly<Record<string, unknown>>;

/** Answers payers with pages, whatever happens. */
@Injectable()
export class PayinPages {
  private readonly logger = new Logger(PayinPages.name);
  private readonly assets: CheckoutAssets | undefined = checkoutAssets();

  constructor(
    private readonly payins: PayinOfToken,
    private readonly settings: CheckoutSettings,
    private readonly returns: ReturnAddresses,
  ) {}

  show(request: FastifyRequest, reply: FastifyReply, token: string, query: PageQuery): Promise<void> {
    return this.answering(request, reply, query, async () => {
      const context = await this.contextOf(request, token, query);
      send(reply, 200, payinPage(context, this.assets));
    });
  }

  goBack(request: FastifyRequest, reply: FastifyReply, token: string, query: PageQuery): Promise<void> {
    return this.answering(request, reply, query, async () => {
      const context = await this.contextOf(request, token, query);
      const address = await this.returns.of(context.view);
      void reply.redirect(address ?? pageAddress(context), 303);
    });
  }

  /** @throws Problem RATE_LIMITED, NOT_FOUND */
  private async contextOf(request: FastifyRequest, token: string, query: PageQuery): Promise<PayinPageContext> {
    const view = await this.payins.read(request, token);
    const look = await this.settings.of(view.organizationId);
    if (!look) throw new Error('a payin of no organization');
    const language = languageOf(query) ?? look.language;
    return { view, look, language, t: textsOf(language), token };
  }

  private async answering(
    request: FastifyRequest,
    reply: FastifyReply,
    query: PageQuery,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      const problem = error instanceof Problem ? error : undefined;
      if (!problem)
        this.logger.error({ requestId: request.id, error: describeError(error) }, 'a page of a payin failed');
      const kind = problem?.code === 'NOT_FOUND' ? 'missing' : problem?.code === 'RATE_LIMITED' ? 'tooMany' : 'broken';
      const page = problemPage(kind, languageOf(query) ?? 'es', this.assets);
      send(reply.headers(problem?.headers ?? {}), problem?.status ?? 503, page);
    }
  }
}

function languageOf({ lang }: PageQuery): Language | undefined {
  return isLanguage(lang) ? lang : undefined;
}

function send(reply: FastifyReply, status: number, { body, headers }: Page): void {
  // Every answer begins with it; a page that some may frame goes without.
  void reply.removeHeader('x-frame-options');
  void reply.status(status).headers(headers).send(body);
}
