import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ServiceSettings } from '../../config/service.settings.js';
import { Public } from '../auth/caller.js';
import { pathOfProblem, Problem } from '../http/problem.js';
import { isLanguage, preferredLanguage } from './preferred-language.js';
import { INDEX_PATH, indexPage, PROBLEM_CODES, problemPage } from './problem-page.js';
import type { Language } from './texts/texts.js';

const CACHE_SECONDS = 300;

/** The pages to which the `type` of every problem leads. They say nothing of a request. */
@ApiExcludeController()
@Controller('problems')
export class ProblemPagesController {
  constructor(private readonly settings: ServiceSettings) {}

  @Get()
  @Public()
  index(
    @Query('lang') lang: unknown,
    @Headers('accept-language') accepted: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const language = languageOf(lang, accepted);
    send(reply, language, indexPage(language, this.settings.publicUrl));
  }

  @Get(':name')
  @Public()
  page(
    @Param('name') name: string,
    @Query('lang') lang: unknown,
    @Headers('accept-language') accepted: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const code = PROBLEM_CODES.find((one) => pathOfProblem(one) === `${INDEX_PATH}/${name}`);
    if (!code) throw new Problem('NOT_FOUND', `There is no such problem: ${INDEX_PATH} lists them.`);
    const language = languageOf(lang, accepted);
    send(reply, language, problemPage(code, language, this.settings.publicUrl));
  }
}

function languageOf(lang: unknown, accepted: string | undefined): Language {
  return isLanguage(lang) ? lang : preferredLanguage(accepted);
}

function send(reply: FastifyReply, language: Language, page: string): void {
  void reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-language', language)
    .header('vary', 'Accept-Language')
    .header('cache-control', `public, max-age=${CACHE_SECONDS}`)
    .send(page);
}
