import { Button, Group, Stack } from '@mantine/core';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useList } from '../../api/use-list.js';
import { stringifySearch } from '../../app/search.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { DaysFilter, SelectFilter } from '../../components/filters.js';
import { useEndpoints, useTargetOf } from '../../components/messages/message-target.js';
import { Moment } from '../../components/moment.js';
import { MessageStatusBadge } from '../../components/status-badge.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import type { NotificationsSearch } from './search.js';
import { notificationsTexts } from './texts.js';
import { MESSAGE_STATUSES, MESSAGE_TYPES } from './values.js';

type Message = Schemas['NotificationSchema'];
const PAGE = 50;

export function Messages({
  search,
  onChange,
}: {
  search: NotificationsSearch;
  onChange: (change: NotificationsSearch) => void;
}) {
  const t = useTexts(notificationsTexts);
  const general = useTexts(generalTexts);
  const values = useTexts(valueTexts);
  const targetOf = useTargetOf();
  const { data: endpoints } = useEndpoints();
  const { status, type, endpointId, from, to } = search;
  const query = { status, type, endpointId, createdFrom: from, createdTo: to, limit: PAGE };
  const list = useList<Message>(['notifications', 'list', query], (cursor, signal) =>
    answerOf(api.GET('/notifications', { params: { query: { ...query, cursor } }, signal })),
  );
  const isFiltered = [status, type, endpointId, from, to].some((value) => value !== undefined);
  const columns: readonly [Column<Message>, ...Column<Message>[]] = [
    { key: 'event', header: t.event, cell: (one) => values.event[one.type] },
    { key: 'target', header: t.target, cell: (message) => targetOf(message) },
    { key: 'status', header: t.status, cell: (one) => <MessageStatusBadge status={one.status} /> },
    { key: 'result', header: t.lastResult, cell: ({ lastResult }) => lastResult ?? '—' },
    { key: 'attempts', header: t.attempts, align: 'right', cell: ({ attemptCount }) => attemptCount },
    { key: 'created', header: t.created, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
  return (
    <Stack gap="md">
      <Group gap="xs" align="flex-end" role="search">
        <SelectFilter
          label={t.status}
          names={MESSAGE_STATUSES.map((one) => [one, values.messageStatus[one]])}
          value={status}
          onChange={(value) => onChange({ status: value })}
        />
        <SelectFilter
          label={t.event}
          names={MESSAGE_TYPES.map((one) => [one, values.event[one]])}
          value={type}
          onChange={(value) => onChange({ type: value })}
          width={260}
        />
        <SelectFilter
          label={t.target}
          names={(endpoints?.data ?? []).map(({ id, url }) => [id, url])}
          value={endpointId}
          onChange={(value) => onChange({ endpointId: value })}
          width={260}
        />
        <DaysFilter from={from} to={to} onChange={onChange} />
        {isFiltered && (
          <Button
            variant="subtle"
            onClick={() =>
              onChange({ status: undefined, type: undefined, endpointId: undefined, from: undefined, to: undefined })
            }
          >
            {general.clear}
          </Button>
        )}
      </Group>
      <DataTable
        label={t.messages}
        list={list}
        columns={columns}
        rowHref={({ id }) => `/notifications${stringifySearch({ ...search, message: id })}`}
        isFiltered={isFiltered}
        empty={t.noMessages}
      />
    </Stack>
  );
}
