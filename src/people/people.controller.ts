import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post, Query, Req } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ServiceSettings } from '../../config/service.settings.js';
import { Caller, Public } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import type { Principal } from '../auth/principal.js';
import type { Answer } from '../http/answer.js';
import { ProblemSchema } from '../http/openapi.js';
import { type Page, PageQuery } from '../http/page.js';
import { callerAddress } from '../http/present-request.js';
import { INVITATION_HOURS, invitationUrl } from './invitation-token.js';
import { Invitations } from './invitations.service.js';
import { AcceptInvitationDto, InvitePersonDto, UpdatePersonDto } from './people.dto.js';
import { InvitedPersonSchema, PersonPageSchema, PersonSchema } from './people.schema.js';
import { People } from './people.service.js';

@ApiTags('people')
@ApiBearerAuth()
@Controller('people')
export class PeopleController {
  constructor(
    private readonly people: People,
    private readonly settings: ServiceSettings,
  ) {}

  @Needs('people:read')
  @Get()
  @ApiOperation({
    operationId: 'listPeople',
    summary: 'List the people of the organization, newest first',
    description: 'Also those that were invited.',
  })
  @ApiOkResponse({ type: PersonPageSchema })
  list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<Page<Answer<PersonSchema>>> {
    return this.people.list(caller, query);
  }

  @Needs('people:write')
  @Post()
  @ApiOperation({
    operationId: 'invitePerson',
    summary: 'Invite a person',
    description: `Answers the address at which the invitation is accepted, once, within ${INVITATION_HOURS} hours. Inviting again ends the invitation before.`,
  })
  @ApiCreatedResponse({ type: InvitedPersonSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 403, type: ProblemSchema, description: 'SCOPE_MISSING: the role has more than the caller' })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'PERSON_EXISTS, PEOPLE_LIMIT' })
  async invite(@Caller() caller: Principal, @Body() body: InvitePersonDto): Promise<Answer<InvitedPersonSchema>> {
    const { person, token } = await this.people.invite(caller, body);
    return { ...person, invitationUrl: invitationUrl(this.settings.publicUrl, token) };
  }

  @Needs('people:write')
  @Patch(':id')
  @ApiOperation({
    operationId: 'updatePerson',
    summary: 'Change the role of a person, or disable them',
    description: 'Holds within five seconds.',
  })
  @ApiOkResponse({ type: PersonSchema })
  @ApiResponse({ status: 403, type: ProblemSchema, description: 'SCOPE_MISSING: a role has more than the caller' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'LAST_OWNER' })
  update(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: UpdatePersonDto,
  ): Promise<Answer<PersonSchema>> {
    return this.people.update(caller, id, body);
  }

  @Needs('people:write')
  @Delete(':id/sessions')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    operationId: 'endSessionsOfPerson',
    summary: 'End all sessions of a person',
    description: 'Holds within five seconds.',
  })
  @ApiNoContentResponse()
  @ApiResponse({ status: 404, type: ProblemSchema })
  endSessions(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    return this.people.endSessions(caller, id);
  }
}

@ApiTags('people')
@Controller('invitations')
export class InvitationsController {
  constructor(private readonly invitations: Invitations) {}

  @Public()
  @Post(':token/accept')
  @ApiOperation({
    operationId: 'acceptInvitation',
    summary: 'Accept an invitation',
    description:
      'Chooses the name and the password. Whoever has an account already sends its password, and keeps its name.',
  })
  @ApiCreatedResponse({ type: PersonSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({
    status: 401,
    type: ProblemSchema,
    description: 'SIGN_IN_FAILED: there is such an account, with another password',
  })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 429, type: ProblemSchema, description: 'TOO_MANY_SIGN_INS, with Retry-After' })
  accept(
    @Param('token') token: string,
    @Body() body: AcceptInvitationDto,
    @Req() request: FastifyRequest,
  ): Promise<Answer<PersonSchema>> {
    return this.invitations.accept(token, body, callerAddress(request));
  }
}
