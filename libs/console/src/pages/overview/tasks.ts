import type { Schemas } from '../../api/client.js';

export type Task = Schemas['TaskSchema'];
type Target = '/discrepancies' | '/inbox' | '/notifications' | '/payins' | '/statements';

/** Where each kind of task is done in the console. What a page does not know of its address it leaves alone. */
export const PLACES: Readonly<
  Record<Task['kind'], { to: Target; search: Readonly<Record<string, string | readonly string[]>> }>
> = {
  OPEN_DISCREPANCIES: { to: '/discrepancies', search: {} },
  DISCREPANCIES_TO_APPROVE: { to: '/discrepancies', search: { tab: 'mine' } },
  REFUNDS_TO_APPROVE: { to: '/payins', search: { tab: 'refunds', refundWaitsFor: 'ME' } },
  REFUNDS_TO_PAY: { to: '/payins', search: { tab: 'refunds', refundWaitsFor: 'PEOPLE' } },
  WEBHOOKS_GIVEN_UP: { to: '/inbox', search: { status: 'GIVEN_UP' } },
  NOTIFICATIONS_FAILED: { to: '/notifications', search: { status: 'FAILED' } },
  STATEMENTS_FAILED: { to: '/statements', search: { waitsFor: 'PEOPLE' } },
  STATEMENTS_UNDER_WAY: { to: '/statements', search: { status: ['RECEIVING', 'MATCHING'] } },
};
