import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { describeError } from '../logging/describe-error.js';
import { type CheckoutAssets, checkoutAssets } from './assets.js';
import type { Page } from './pages/layout.js';
import { problemPage } from './pages/problem-page.js';
import { isLanguage, type Language } from './texts/language.js';

export type PageQuery = Readonly<Record<string, unknown>>;

export interface PageVisit {
  request: FastifyRequest;
  reply: FastifyReply;
  query: PageQuery;
}

/** Answers payers with pages, whatever happens. */
@Injectable()
export class PageAnswers {
  private readonly logger = new Logger(PageAnswers.name);
  readonly assets: CheckoutAssets | undefined = checkoutAssets();

  /** Does the work that answers, or else answers with a page that says what went wrong. */
  async answer({ request, reply, query }: PageVisit, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const problem = error instanceof Problem ? error : undefined;
      if (!problem)
        this.logger.error({ requestId: request.id, error: describeError(error) }, 'a page of the checkout failed');
      const kind = problem?.code === 'NOT_FOUND' ? 'missing' : problem?.code === 'RATE_LIMITED' ? 'tooMany' : 'broken';
      const page = problemPage(kind, languageOf(query) ?? 'es', this.assets);
      this.send(reply.headers(problem?.headers ?? {}), problem?.status ?? 503, page);
    }
  }

  send(reply: FastifyReply, status: number, { body, headers }: Page): void {
    // Every answer begins with it; a page that some may frame goes without.
    void reply.removeHeader('x-frame-options');
    void reply.status(status).headers(headers).send(body);
  }
}

export function languageOf({ lang }: Readonly<Record<string, unknown>>): Language | undefined {
  return isLanguage(lang) ? lang : undefined;
}
