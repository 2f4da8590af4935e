import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Post, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiCookieAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceSettings } from '../../config/service.settings.js';
import { Public } from '../auth/caller.js';
import { CallerSession, OwnSession } from '../auth/caller-session.js';
import { isOwnOrigin, presentedSessionId, writeSessionCookie } from '../auth/session-cookie.js';
import { hashSessionId, type PresentSession } from '../auth/sessions.js';
import type { Answer } from '../http/answer.js';
import { ProblemSchema } from '../http/openapi.js';
import { callerAddress } from '../http/present-request.js';
import { Problem } from '../http/problem.js';
import { OptionalBody } from '../http/route-body.js';
import { BeginSecondFactorDto, ConfirmSecondFactorDto, PickOrganizationDto, SignInDto } from './people.dto.js';
import { RecoveryCodesSchema, SecondFactorSchema, SessionSchema } from './people.schema.js';
import { PersonSessions } from './person-sessions.js';
import { PresentSessions } from './present-sessions.js';
import { SecondFactor } from './second-factor.js';
import { SignIn } from './sign-in.service.js';

@ApiTags('people')
@Controller('session')
export class SessionController {
  constructor(
    private readonly signing: SignIn,
    private readonly secondFactor: SecondFactor,
    private readonly sessions: PersonSessions,
    private readonly present: PresentSessions,
    private readonly settings: ServiceSettings,
  ) {}

  @Public()
  @Post()
  @ApiOperation({
    operationId: 'signIn',
    summary: 'Sign in',
    description:
      'Sets the cookie of the session. Whoever belongs to one organization acts for that; others pick one first. Requests with the cookie that change something need the header Origin.',
  })
  @ApiCreatedResponse({ type: SessionSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({
    status: 401,
    type: ProblemSchema,
    description: 'SIGN_IN_FAILED, SECOND_FACTOR_NEEDED, SECOND_FACTOR_FAILED',
  })
  @ApiResponse({ status: 403, type: ProblemSchema, description: 'ORIGIN_REFUSED' })
  @ApiResponse({ status: 429, type: ProblemSchema, description: 'TOO_MANY_SIGN_INS, with Retry-After' })
  async signIn(
    @Body() body: SignInDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<SessionSchema>> {
    // Another page must not sign a person in to an account of its own.
    const { origin } = request.headers;
    if (origin !== undefined && !isOwnOrigin(origin, this.settings))
      throw new Problem('ORIGIN_REFUSED', 'Sign in from a page of this service.');
    const { link } = body;
    const { id } = await (link ? this.signing.signInByLink(link) : this.signing.signIn(body, callerAddress(request)));
    const before = presentedSessionId(request, this.settings);
    if (before !== undefined) await this.sessions.end(hashSessionId(before));
    writeSessionCookie(reply, this.settings, id);
    return this.present.of(hashSessionId(id));
  }

  @OwnSession()
  @Get()
  @ApiCookieAuth('recaudo_session')
  @ApiOperation({
    operationId: 'getSession',
    description: 'Who is signed in, the organization that they act for, and what they may do there.',
    summary: 'Get the session',
  })
  @ApiOkResponse({ type: SessionSchema })
  one(@CallerSession() { idHash }: PresentSession): Promise<Answer<SessionSchema>> {
    return this.present.of(idHash);
  }

  @OwnSession()
  @Delete()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiCookieAuth('recaudo_session')
  @ApiOperation({
    operationId: 'signOut',
    description: 'Ends the session and its cookie. Other sessions of the person go on.',
    summary: 'Sign out',
  })
  @ApiNoContentResponse()
  async signOut(
    @CallerSession() session: PresentSession,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.signing.signOut(session);
    writeSessionCookie(reply, this.settings, undefined);
  }

  @OwnSession()
  @Post('organization')
  @HttpCode(HttpStatus.OK)
  @ApiCookieAuth('recaudo_session')
  @ApiOperation({
    operationId: 'pickOrganization',
    summary: 'Pick the organization to act for',
    description: 'The session goes on under another cookie.',
  })
  @ApiOkResponse({ type: SessionSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  async pick(
    @CallerSession() session: PresentSession,
    @Body() { organizationId }: PickOrganizationDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<SessionSchema>> {
    const { id } = await this.signing.pick(session, organizationId);
    writeSessionCookie(reply, this.settings, id);
    return this.present.of(hashSessionId(id));
  }

  @OwnSession()
  @Post('second-factor')
  @OptionalBody()
  @HttpCode(HttpStatus.OK)
  @ApiCookieAuth('recaudo_session')
  @ApiOperation({
    operationId: 'beginSecondFactor',
    summary: 'Begin to set up a second factor',
    description:
      'It counts when a code of it is confirmed. Needs a sign-in of the last five minutes, or the password; and a code of the one that it is to replace.',
  })
  @ApiBody({ type: BeginSecondFactorDto, required: false })
  @ApiOkResponse({ type: SecondFactorSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 401, type: ProblemSchema, description: 'SIGN_IN_FAILED, SECOND_FACTOR_FAILED' })
  @ApiResponse({ status: 403, type: ProblemSchema, description: 'SIGN_IN_NOT_RECENT' })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'SECOND_FACTOR_SET: send a code of it to replace it' })
  @ApiResponse({ status: 429, type: ProblemSchema, description: 'TOO_MANY_SIGN_INS, with Retry-After' })
  beginSecondFactor(
    @CallerSession() session: PresentSession,
    @Body() body: BeginSecondFactorDto,
    @Req() request: FastifyRequest,
  ): Promise<Answer<SecondFactorSchema>> {
    return this.secondFactor.begin(session, body, callerAddress(request));
  }

  @OwnSession()
  @Post('second-factor/confirm')
  @HttpCode(HttpStatus.OK)
  @ApiCookieAuth('recaudo_session')
  @ApiOperation({
    operationId: 'confirmSecondFactor',
    summary: 'Confirm the second factor by a code of it',
    description:
      'From now on signing in needs a code. Other sessions of the person end, this one goes on under another cookie.',
  })
  @ApiOkResponse({ type: RecoveryCodesSchema })
  @ApiResponse({ status: 401, type: ProblemSchema, description: 'SECOND_FACTOR_FAILED' })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'SECOND_FACTOR_NOT_BEGUN, SECOND_FACTOR_SET' })
  @ApiResponse({ status: 429, type: ProblemSchema, description: 'TOO_MANY_SIGN_INS, with Retry-After' })
  async confirmSecondFactor(
    @CallerSession() session: PresentSession,
    @Body() { code }: ConfirmSecondFactorDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<RecoveryCodesSchema>> {
    const { recoveryCodes, issued } = await this.secondFactor.confirm(session, code);
    writeSessionCookie(reply, this.settings, issued.id);
    return { recoveryCodes };
  }
}
