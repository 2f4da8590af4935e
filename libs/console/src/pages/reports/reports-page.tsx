import '@mantine/dates/styles.css';
import { ActionIcon, Button, Group, Stack, Text, Title } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { appTexts } from '../../app/texts.js';
import { CsvButton } from '../../components/csv-button.js';
import { type FiguresColumn, FiguresTable } from '../../components/figures-table.js';
import { Money } from '../../components/money.js';
import { Page } from '../../components/page.js';
import { useShortcuts } from '../../components/shortcuts.js';
import { Empty, Failed, Loading } from '../../components/states.js';
import { StatusBadge } from '../../components/status-badge.js';
import { addDays, formatDay } from '../../texts/day.js';
import { formatCount } from '../../texts/figures.js';
import { dayInBogota } from '../../texts/moment.js';
import { useTexts } from '../../texts/texts.js';
import { type Rail, valueTexts } from '../../texts/values.js';
import type { ReportsSearch } from './search.js';
import { reportsTexts } from './texts.js';

type Report = Schemas['DailyReportSchema'];
type Row = Report['rows'][number];

const COUNTS = ['asked', 'paid', 'underpaid', 'overpaid', 'late', 'reversed'] as const;
const AMOUNTS = {
  gross: 'grossInCents',
  fees: 'feesInCents',
  net: 'netInCents',
  refunded: 'refundedInCents',
} as const satisfies Record<string, keyof Row>;
const REFRESH_MS = 10_000;
const route = getRouteApi('/reports');

export function ReportsPage() {
  const t = useTexts(reportsTexts);
  const { pages } = useTexts(appTexts);
  const search: ReportsSearch = route.useSearch();
  const navigate = useNavigate({ from: '/reports' });
  const today = dayInBogota();
  const date = search.date ?? today;
  const go = (to: string) => void navigate({ search: { date: to === today ? undefined : to } });
  const mayGoOn = date < today;
  useShortcuts([
    { keys: 'ArrowLeft', what: t.dayBefore, run: () => go(addDays(date, -1)) },
    { keys: 'ArrowRight', what: t.dayAfter, run: () => mayGoOn && go(addDays(date, 1)) },
  ]);

  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['reports', 'daily', date],
    queryFn: ({ signal }) => answerOf(api.GET('/reports/daily', { params: { query: { date } }, signal })),
    placeholderData: keepPreviousData,
    // What is over does not change any more.
    refetchInterval: ({ state }) => (state.data?.complete ? false : REFRESH_MS),
  });
  const report = isPlaceholderData ? undefined : data;

  return (
    <Page
      title={pages.reports}
      hint={formatDay(date)}
      actions={<CsvButton path={`/reports/daily?date=${date}`} name={`${date}.csv`} />}
    >
      <Group gap="xs" align="flex-end">
        <ActionIcon variant="default" size={36} aria-label={t.dayBefore} onClick={() => go(addDays(date, -1))}>
          <IconChevronLeft size={18} aria-hidden />
        </ActionIcon>
        <DateInput
          label={t.date}
          valueFormat="YYYY-MM-DD"
          value={date}
          onChange={(to) => to !== null && go(to)}
          maxDate={today}
          w={140}
        />
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t.dayAfter}
          onClick={() => go(addDays(date, 1))}
          disabled={!mayGoOn}
        >
          <IconChevronRight size={18} aria-hidden />
        </ActionIcon>
        <Button variant="subtle" onClick={() => go(today)} disabled={date === today}>
          {t.today}
        </Button>
        <Button variant="subtle" onClick={() => go(addDays(today, -1))} disabled={date === addDays(today, -1)}>
          {t.yesterday}
        </Button>
      </Group>
      {report ? (
        <Figures report={report} />
      ) : error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Figures({ report: { complete, rows, expected } }: { report: Report }) {
  const t = useTexts(reportsTexts);
  const values = useTexts(valueTexts);
  const sum = (column: (typeof COUNTS)[number] | (typeof AMOUNTS)[keyof typeof AMOUNTS]) =>
    rows.reduce((total, row) => total + row[column], 0);
  const columns: FiguresColumn<Row>[] = [
    { key: 'provider', header: t.provider, cell: ({ provider }) => provider, total: t.total },
    { key: 'rail', header: t.rail, cell: ({ rail }) => values.rail[rail as Rail] ?? rail, total: '' },
    ...COUNTS.map((count): FiguresColumn<Row> => ({
      key: count,
      header: t[count],
      align: 'right',
      cell: (row) => <Count count={row[count]} />,
      total: <Count count={sum(count)} />,
    })),
    ...Object.entries(AMOUNTS).map(([name, column]): FiguresColumn<Row> => ({
      key: name,
      header: t[name as keyof typeof AMOUNTS],
      align: 'right',
      cell: (row) => <Money cents={row[column]} />,
      total: <Money cents={sum(column)} />,
    })),
  ];
  return (
    <Stack gap="lg">
      <Group gap="xs">
        <StatusBadge tone={complete ? 'good' : 'waiting'}>{complete ? t.final : t.open}</StatusBadge>
        <Text size="sm" c="dimmed">
          {complete ? t.finalHint : t.openHint}
        </Text>
      </Group>
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t.rows}
        </Title>
        {rows.length === 0 ? (
          <Empty>{t.nothing}</Empty>
        ) : (
          <FiguresTable
            label={t.rows}
            rows={rows}
            columns={columns}
            rowId={({ provider, rail }) => `${provider} ${rail}`}
          />
        )}
      </Stack>
      <Stack gap="xs" maw={560}>
        <div>
          <Title order={2} size="h4">
            {t.expected}
          </Title>
          <Text size="sm" c="dimmed">
            {t.expectedHint}
          </Text>
        </div>
        {expected.length === 0 ? (
          <Text size="sm">{t.nothingExpected}</Text>
        ) : (
          <FiguresTable
            label={t.expected}
            rows={expected}
            rowId={({ provider }) => provider}
            columns={[
              { key: 'provider', header: t.provider, cell: ({ provider }) => provider, total: t.total },
              {
                key: 'balance',
                header: t.balance,
                align: 'right',
                cell: ({ balanceInCents }) => <Money cents={balanceInCents} strong />,
                total: <Money cents={expected.reduce((total, { balanceInCents }) => total + balanceInCents, 0)} />,
              },
            ]}
          />
        )}
      </Stack>
    </Stack>
  );
}

/** Nothing is dimmer than something. */
function Count({ count }: { count: number }) {
  return count === 0 ? (
    <Text span inherit c="dimmed">
      0
    </Text>
  ) : (
    <>{formatCount(count)}</>
  );
}
