import { Button, Group } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useProviders } from '../../api/providers.js';
import { useList } from '../../api/use-list.js';
import { stringifySearch } from '../../app/search.js';
import { appTexts } from '../../app/texts.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { DaysFilter, SelectFilter, TextFilter } from '../../components/filters.js';
import { Moment } from '../../components/moment.js';
import { Page } from '../../components/page.js';
import { WebhookStatusBadge } from '../../components/status-badge.js';
import { WebhookDrawer } from '../../components/webhooks/webhook-drawer.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { INBOX_OUTCOMES, INBOX_STATUSES, type InboxSearch } from './search.js';
import { inboxTexts } from './texts.js';

type Webhook = Schemas['InboundWebhookSchema'];
const PAGE = 50;
const REFERENCE = /^[A-Za-z0-9._-]{1,64}$/;
const route = getRouteApi('/inbox');

export function InboxPage() {
  const t = useTexts(inboxTexts);
  const general = useTexts(generalTexts);
  const { pages } = useTexts(appTexts);
  const values = useTexts(valueTexts);
  const search: InboxSearch = route.useSearch();
  const { webhook: opened, ...filters } = search;
  const navigate = useNavigate({ from: '/inbox' });
  const narrow = (change: InboxSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  const { from, to, ...same } = filters;
  const query = { ...same, receivedFrom: from, receivedTo: to, limit: PAGE };
  const list = useList<Webhook>(['inbound-webhooks', 'list', query], (cursor, signal) =>
    answerOf(api.GET('/inbound-webhooks', { params: { query: { ...query, cursor } }, signal })),
  );
  const providers = useProviders();
  const isFiltered = Object.values(filters).some((value) => value !== undefined);

  const columns: readonly [Column<Webhook>, ...Column<Webhook>[]] = [
    { key: 'received', header: t.received, cell: ({ receivedAt }) => <Moment at={receivedAt} /> },
    { key: 'provider', header: t.provider, cell: ({ provider }) => provider },
    { key: 'status', header: t.status, cell: ({ status }) => <WebhookStatusBadge status={status} /> },
    {
      key: 'outcome',
      header: t.outcome,
      cell: ({ outcome, lastError }) => (outcome === null ? (lastError ?? '—') : values.inboxOutcome[outcome]),
    },
    { key: 'order', header: t.order, cell: ({ providerReference }) => providerReference ?? '—' },
    { key: 'deliveries', header: t.deliveries, align: 'right', cell: ({ deliveries }) => deliveries },
    { key: 'attempts', header: t.attempts, align: 'right', cell: ({ attempts }) => attempts },
  ];

  return (
    <Page title={pages.inbox} hint={t.hint}>
      <Group gap="xs" align="flex-end" role="search">
        <TextFilter
          label={t.reference}
          placeholder={t.referenceHint}
          value={filters.reference}
          onChange={(reference) => narrow({ reference })}
          maxLength={64}
          pattern={REFERENCE}
          wrong={t.badReference}
        />
        <SelectFilter
          label={t.status}
          names={INBOX_STATUSES.map((one) => [one, values.inboxStatus[one]])}
          value={filters.status}
          onChange={(status) => narrow({ status })}
          width={150}
        />
        <SelectFilter
          label={t.outcome}
          names={INBOX_OUTCOMES.map((one) => [one, values.inboxOutcome[one]])}
          value={filters.outcome}
          onChange={(outcome) => narrow({ outcome })}
          width={220}
        />
        <SelectFilter
          label={t.provider}
          names={providers.map((one) => [one, one])}
          value={filters.provider}
          onChange={(provider) => narrow({ provider })}
          width={150}
        />
        <DaysFilter from={from} to={to} onChange={narrow} />
        {isFiltered && (
          <Button variant="subtle" onClick={() => void navigate({ search: {}, replace: true })}>
            {general.clear}
          </Button>
        )}
      </Group>
      <DataTable
        label={pages.inbox}
        list={list}
        columns={columns}
        rowHref={({ id }) => `/inbox${stringifySearch({ ...filters, webhook: id })}`}
        isFiltered={isFiltered}
        empty={t.empty}
      />
      <WebhookDrawer
        id={opened}
        known={list.rows.find(({ id }) => id === opened)}
        onClose={() => narrow({ webhook: undefined })}
      />
    </Page>
  );
}
