import { Button, Group, MultiSelect, Tabs, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { getRouteApi, useNavigate, useRouterState } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useProviders } from '../../api/providers.js';
import { useMay } from '../../api/session.js';
import { useList } from '../../api/use-list.js';
import { appTexts } from '../../app/texts.js';
import { CsvButton } from '../../components/csv-button.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { DaysFilter, SelectFilter } from '../../components/filters.js';
import { Moment } from '../../components/moment.js';
import { Money } from '../../components/money.js';
import { Page } from '../../components/page.js';
import { useShortcuts } from '../../components/shortcuts.js';
import { PayinStatusBadge } from '../../components/status-badge.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { RefundsTab } from './refunds-tab.js';
import type { PayinsSearch, RefundsSearch } from './search.js';
import { payinsTexts } from './texts.js';
import { PAYIN_STATUSES, RAILS } from './values.js';

type Payin = Schemas['PayinSchema'];

declare module '@tanstack/history' {
  interface HistoryState {
    /** What the search box of a page has: kept by the browser for this entry of its history, and in no address. */
    text?: string;
  }
}

const TYPING_MS = 200;
const PAGE = 50;
const route = getRouteApi('/payins');

/** The filters as `GET /payins` names them. */
function csvPath({ status = [], rail, provider, from, to }: PayinsSearch): string {
  const query = new URLSearchParams(status.map((one) => ['status', one]));
  for (const [name, value] of Object.entries({ rail, provider, createdFrom: from, createdTo: to }))
    if (value) query.set(name, value);
  return `/payins?${query.toString()}`;
}

/** Payments, and the refunds of all of them. */
export function PayinsPage() {
  const t = useTexts(payinsTexts);
  const may = useMay();
  const { tab }: RefundsSearch = route.useSearch();
  const navigate = useNavigate({ from: '/payins' });
  const tabs = may('refunds:read') && (
    <Tabs
      value={tab ?? 'payments'}
      onChange={(value) => void navigate({ search: value === 'refunds' ? { tab: value } : {} })}
    >
      <Tabs.List aria-label={t.sections}>
        <Tabs.Tab value="payments">{t.payments}</Tabs.Tab>
        <Tabs.Tab value="refunds">{t.refunds}</Tabs.Tab>
      </Tabs.List>
    </Tabs>
  );
  return tab === 'refunds' ? <RefundsTab tabs={tabs} /> : <PaymentsTab tabs={tabs} />;
}

function PaymentsTab({ tabs }: { tabs: ReactNode }) {
  const t = useTexts(payinsTexts);
  const general = useTexts(generalTexts);
  const { pages } = useTexts(appTexts);
  const values = useTexts(valueTexts);
  const { status, rail, provider, from, to }: PayinsSearch = route.useSearch();
  const filters: PayinsSearch = { status, rail, provider, from, to };
  const navigate = useNavigate({ from: '/payins' });
  const searchBox = useRef<HTMLInputElement>(null);
  const text = useSearchText();
  const narrow = (change: Partial<PayinsSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), state: (before) => before, replace: true });
  useShortcuts([{ keys: '/', what: general.focusSearch, run: () => searchBox.current?.focus() }]);

  const body = { ...filters, ...(text.searched !== '' && { text: text.searched }), limit: PAGE };
  const list = useList<Payin>(['payins', 'search', body], (cursor, signal) =>
    answerOf(api.POST('/payins/search', { body: { ...body, ...(cursor !== undefined && { cursor }) }, signal })),
  );
  const providers = useProviders();
  const isFiltered = text.searched !== '' || Object.values(filters).some((value) => value !== undefined);

  const columns: readonly [Column<Payin>, ...Column<Payin>[]] = [
    { key: 'reference', header: t.reference, cell: ({ reference }) => reference },
    { key: 'status', header: t.status, cell: ({ status }) => <PayinStatusBadge status={status} /> },
    { key: 'amount', header: t.amount, align: 'right', cell: (payin) => <Money cents={payin.amountInCents} strong /> },
    {
      key: 'received',
      header: t.received,
      align: 'right',
      cell: ({ amountReceivedInCents }) => <Money cents={amountReceivedInCents === 0 ? null : amountReceivedInCents} />,
    },
    { key: 'rail', header: t.rail, cell: ({ rail }) => values.rail[rail] },
    { key: 'provider', header: t.provider, cell: ({ provider }) => provider ?? '—' },
    {
      key: 'payer',
      header: t.payer,
      cell: ({ inlineCustomer, forgottenAt }) => inlineCustomer?.name ?? (forgottenAt === null ? '—' : t.forgotten),
    },
    { key: 'createdAt', header: t.createdAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];

  return (
    <Page title={pages.payins} actions={<CsvButton path={csvPath(filters)} name="payins.csv" />}>
      {tabs}
      <Group gap="xs" align="flex-end" role="search">
        <TextInput
          ref={searchBox}
          type="search"
          label={t.searchLabel}
          placeholder={general.searchHint}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text.typed}
          onChange={(event) => text.type(event.currentTarget.value)}
          maxLength={255}
          flex="1 1 100%"
        />
        <MultiSelect
          label={t.status}
          placeholder={filters.status ? undefined : general.all}
          data={PAYIN_STATUSES.map((value) => ({ value, label: values.payinStatus[value] }))}
          value={filters.status ?? []}
          onChange={(status) => narrow({ status: status.length > 0 ? status : undefined })}
          clearable
          flex="1 1 200px"
          clearButtonProps={{ 'aria-label': general.clear }}
        />
        <SelectFilter
          label={t.rail}
          names={RAILS.map((one) => [one, values.rail[one]])}
          value={rail}
          onChange={(one) => narrow({ rail: one })}
          width={140}
        />
        <SelectFilter
          label={t.provider}
          names={providers.map((one) => [one, one])}
          value={provider}
          onChange={(one) => narrow({ provider: one })}
          width={140}
        />
        <DaysFilter from={from} to={to} onChange={narrow} />
        {isFiltered && (
          <Button
            variant="subtle"
            onClick={() => {
              text.type('');
              void navigate({ search: {}, replace: true });
            }}
          >
            {general.clear}
          </Button>
        )}
      </Group>
      <DataTable
        label={pages.payins}
        list={list}
        columns={columns}
        rowHref={({ id }) => `/payins/${id}`}
        isFiltered={isFiltered}
        empty={t.empty}
      />
      {text.searched !== '' && (
        <Text size="sm" c="dimmed">
          {t.csvWithText}
        </Text>
      )}
    </Page>
  );
}

/** What is typed is shown at once and searched for a moment later, so that typing never waits. */
function useSearchText() {
  const kept = useRouterState({ select: ({ location }) => location.state.text ?? '' });
  const navigate = useNavigate({ from: '/payins' });
  const [typed, type] = useState(kept);
  const [written, setWritten] = useState(kept);
  const [searched] = useDebouncedValue(typed.trim(), TYPING_MS);
  // Another entry of the history, by going back or by the menu, has a text of its own.
  useEffect(() => {
    if (kept === written) return;
    type(kept);
    setWritten(kept);
    // Only what the history has changes it.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [kept]);
  useEffect(() => {
    if (searched === kept) return;
    setWritten(searched);
    void navigate({ search: (before) => before, state: (before) => ({ ...before, text: searched }), replace: true });
    // Only what is typed changes it.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [searched]);
  return { typed, searched, type };
}
