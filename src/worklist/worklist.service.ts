import { Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import { actorId, type Principal } from '../auth/principal.js';
import type { Scope } from '../auth/scopes.js';
import { Database } from '../database/database.js';
import { firstIdAt } from '../database/id-at.js';
import type { Answer } from '../http/answer.js';
import { askedBefore } from '../refunds/refund.queries.js';
import { FAILED_WAITS_DAYS } from '../statements/store/statement.entity.js';
import { COUNT_TASKS, KINDS_OF_TASKS, type KindOfTask } from './worklist.queries.js';
import type { WorklistSchema } from './worklist.schema.js';

interface Task {
  /** What lets a caller see it and its list. */
  sees: readonly Scope[];
  /** What lets a caller do it. */
  does: Scope;
  list: string;
  isOfMoney: boolean;
}

const TASKS: Readonly<Record<KindOfTask, Task>> = {
  OPEN_DISCREPANCIES: {
    sees: ['discrepancies:read'],
    does: 'discrepancies:write',
    list: '/discrepancies?status=OPEN&sort=MONEY_AT_RISK',
    isOfMoney: true,
  },
  DISCREPANCIES_TO_APPROVE: {
    sees: ['discrepancies:approve', 'discrepancies:read'],
    does: 'discrepancies:approve',
    list: '/discrepancies?waitsFor=ME',
    isOfMoney: true,
  },
  REFUNDS_TO_APPROVE: {
    sees: ['discrepancies:approve', 'refunds:read'],
    does: 'discrepancies:approve',
    list: '/refunds?waitsFor=ME',
    isOfMoney: true,
  },
  REFUNDS_TO_PAY: { sees: ['refunds:read'], does: 'refunds:write', list: '/refunds?waitsFor=PEOPLE', isOfMoney: true },
  WEBHOOKS_GIVEN_UP: {
    sees: ['inbox:read'],
    does: 'inbox:write',
    list: '/inbound-webhooks?status=GIVEN_UP',
    isOfMoney: false,
  },
  NOTIFICATIONS_FAILED: {
    sees: ['notifications:read'],
    does: 'notifications:write',
    list: '/notifications?status=FAILED',
    isOfMoney: false,
  },
  STATEMENTS_FAILED: {
    sees: ['statements:read'],
    does: 'statements:write',
    list: '/statements?waitsFor=PEOPLE',
    isOfMoney: false,
  },
  STATEMENTS_UNDER_WAY: {
    sees: ['statements:read'],
    does: 'statements:write',
    list: '/statements?status=RECEIVING,MATCHING',
    isOfMoney: false,
  },
};

const MS_PER_DAY = 86_400_000;

/** What waits for a caller, counted no further than people care to know. */
@Injectable()
export class Worklist {
  constructor(
    private readonly database: Database,
    private readonly settings: ServiceSettings,
  ) {}

  async of(caller: Principal): Promise<Answer<WorklistSchema>> {
    const { organizationId, personId, scopes } = caller;
    const kinds = KINDS_OF_TASKS.filter(
      (kind) =>
        TASKS[kind].sees.every((scope) => scopes.has(scope)) &&
        (kind !== 'DISCREPANCIES_TO_APPROVE' || personId !== null),
    );
    const counts = await this.database.query(COUNT_TASKS, {
      organizationId,
      kinds,
      me: actorId(caller),
      mePersonId: personId ?? '',
      askedBefore: askedBefore(caller.at),
      failedSince: firstIdAt(new Date(caller.at.getTime() - FAILED_WAITS_DAYS * MS_PER_DAY)),
      approvalAboveInCents: this.settings.REFUND_APPROVAL_ABOVE_IN_CENTS,
    });
    const countOf = new Map(counts.map((count) => [count.kind, count]));
    return {
      data: kinds.map((kind) => {
        const { count = 0, hasMore = false, amountInCents = null } = countOf.get(kind) ?? {};
        const { does, list, isOfMoney } = TASKS[kind];
        return {
          kind,
          count,
          hasMore,
          amountInCents: isOfMoney ? Number(amountInCents ?? 0) : null,
          mayAct: scopes.has(does),
          list,
        };
      }),
    };
  }
}
