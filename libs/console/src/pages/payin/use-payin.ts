import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';

const REFRESH_MS = 5_000;
/** More of a payin is seen at the inbox and at the notifications. */
export const LIST_MAX = 100;

/** All that is known of a payin, each part for whoever may see it. It refreshes by itself. */
export function usePayin(id: string) {
  const may = useMay();
  const path = { id };
  const query = { payinId: id, limit: LIST_MAX };
  const payin = useQuery({
    queryKey: ['payins', id],
    queryFn: ({ signal }) => answerOf(api.GET('/payins/{id}', { params: { path }, signal })),
    refetchInterval: REFRESH_MS,
  });
  // Where there is no such payin, nothing else is asked.
  const isThere = payin.data !== undefined;
  const events = useQuery({
    queryKey: ['payins', id, 'events'],
    queryFn: ({ signal }) => answerOf(api.GET('/payins/{id}/events', { params: { path }, signal })),
    refetchInterval: REFRESH_MS,
    enabled: isThere,
  });
  const version = `${payin.data?.updatedAt} ${events.data?.data.length}`;
  const explanation = useQuery({
    queryKey: ['payins', id, 'explain', version],
    queryFn: ({ signal }) => answerOf(api.GET('/payins/{id}/explain', { params: { path }, signal })),
    // What it waits for changes with the time, too.
    refetchInterval: 6 * REFRESH_MS,
    placeholderData: keepPreviousData,
    enabled: isThere && events.data !== undefined,
  });
  const entries = useQuery({
    queryKey: ['payins', id, 'ledger-entries', version],
    queryFn: ({ signal }) => answerOf(api.GET('/payins/{id}/ledger-entries', { params: { path }, signal })),
    placeholderData: keepPreviousData,
    enabled: isThere && events.data !== undefined && may('ledger:read'),
  });
  const refunds = useQuery({
    queryKey: ['payins', id, 'refunds', version],
    queryFn: ({ signal }) => answerOf(api.GET('/payins/{id}/refunds', { params: { path }, signal })),
    placeholderData: keepPreviousData,
    enabled: isThere && events.data !== undefined && may('refunds:read'),
  });
  const webhooks = useQuery({
    queryKey: ['inbound-webhooks', 'list', query],
    queryFn: ({ signal }) => answerOf(api.GET('/inbound-webhooks', { params: { query }, signal })),
    refetchInterval: REFRESH_MS,
    enabled: isThere && may('inbox:read'),
  });
  const messages = useQuery({
    queryKey: ['notifications', 'list', query],
    queryFn: ({ signal }) => answerOf(api.GET('/notifications', { params: { query }, signal })),
    refetchInterval: REFRESH_MS,
    enabled: isThere && may('notifications:read'),
  });
  return { payin, events, explanation, entries, refunds, webhooks, messages };
}
export type PayinParts = ReturnType<typeof usePayin>;
