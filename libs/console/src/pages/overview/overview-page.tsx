import { Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { answerOf, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { appTexts } from '../../app/texts.js';
import { type FiguresColumn, FiguresTable } from '../../components/figures-table.js';
import { Money } from '../../components/money.js';
import { Page } from '../../components/page.js';
import { Empty, Failed, Loading } from '../../components/states.js';
import { addDays, formatDay } from '../../texts/day.js';
import { formatCount, formatRate, formatSeconds } from '../../texts/figures.js';
import { formatMoney } from '../../texts/money.js';
import { dayInBogota } from '../../texts/moment.js';
import { useTexts } from '../../texts/texts.js';
import { type Rail, valueTexts } from '../../texts/values.js';
import { type Day, type Group as RowGroup, grossOf, groupsOf, type Overview, partsOf, sumOf } from './figures.js';
import classes from './overview.module.css';
import { Providers } from './providers.js';
import { GROUPS, type OverviewSearch, PERIODS } from './search.js';
import { FindPayin } from './find-payin.js';
import { overviewTexts } from './texts.js';
import { useTasks, Waiting } from './waiting.js';

const MoneyChart = lazy(() => import('./charts.js').then((charts) => ({ default: charts.MoneyChart })));
const RateChart = lazy(() => import('./charts.js').then((charts) => ({ default: charts.RateChart })));
const TimeChart = lazy(() => import('./charts.js').then((charts) => ({ default: charts.TimeChart })));

const DAYS = 30;
const REFRESH_MS = 10_000;
const route = getRouteApi('/');

export function OverviewPage() {
  const t = useTexts(overviewTexts);
  const { pages } = useTexts(appTexts);
  const may = useMay();
  const today = dayInBogota();
  return (
    <Page title={pages.overview} hint={t.hint(formatDay(today))}>
      <Stack gap="xl">
        {may('payins:read') && <FindPayin />}
        <Waiting />
        {may('ledger:read') && <Money30 today={today} />}
        <Providers />
      </Stack>
    </Page>
  );
}

/** All that the ledger says of the last days. */
function Money30({ today }: { today: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['reports', 'overview', today],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/reports/overview', { params: { query: { from: addDays(today, 1 - DAYS), to: today } }, signal }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
  if (!data) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
  return (
    <>
      <Today overview={data} />
      <Month overview={data} />
      <ByProviderAndRail days={data.days} />
    </>
  );
}

function Tile({ label, value, note }: { label: string; value: ReactNode; note: ReactNode }) {
  return (
    <div className={classes.tile}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <div className={classes.value}>{value}</div>
      <Text size="sm" c="dimmed">
        {note}
      </Text>
    </div>
  );
}

function Today({ overview: { days, paidWithinSecondsP50 } }: { overview: Overview }) {
  const t = useTexts(overviewTexts);
  const day = days.at(-1)!;
  const sum = sumOf(day.rows);
  const month = sumOf(days.flatMap(({ rows }) => rows));
  return (
    <Stack gap="xs" component="section" aria-label={t.today}>
      <Title order={2} size="h4">
        {t.today}
      </Title>
      <SimpleGrid cols={{ base: 2, lg: 5 }} spacing="xs">
        <Tile label={t.received} value={<Money cents={sum.grossInCents} />} note={t.net(formatMoney(sum.netInCents))} />
        <Tile label={t.paid} value={formatCount(sum.paid)} note={t.ofAsked(formatCount(sum.asked))} />
        <Tile
          label={t.rate}
          value={formatRate(sum.paidOfEnded, sum.ended)}
          note={t.ratePeriod(formatRate(month.paidOfEnded, month.ended))}
        />
        <Tile
          label={t.time}
          value={formatSeconds(day.paidWithinSecondsP50)}
          note={t.timePeriod(formatSeconds(day.paidWithinSecondsP90), formatSeconds(paidWithinSecondsP50))}
        />
        <Risk />
      </SimpleGrid>
    </Stack>
  );
}

function Risk() {
  const t = useTexts(overviewTexts);
  const { data } = useTasks();
  const open = data?.data.find(({ kind }) => kind === 'OPEN_DISCREPANCIES');
  if (!open) return null;
  const count = open.hasMore ? t.moreThan(formatCount(open.count)) : formatCount(open.count);
  return (
    <Link to="/discrepancies" className={classes.tile}>
      <Text size="sm" c="dimmed">
        {t.risk}
      </Text>
      <div className={classes.value}>
        <Money cents={open.amountInCents} />
      </div>
      <Text size="sm" c="dimmed">
        {open.count === 0 ? t.noRisk : t.riskOf(count, open.count === 1)}
      </Text>
    </Link>
  );
}

function Month({ overview: { days } }: { overview: Overview }) {
  const t = useTexts(overviewTexts);
  const names = useTexts(valueTexts).rail;
  const search: OverviewSearch = route.useSearch();
  const navigate = useNavigate({ from: '/' });
  const by = search.by ?? 'rail';
  const nameOf = (part: string) => (by === 'rail' ? (names[part as Rail] ?? part) : part);
  const parts = partsOf(days, by);
  const change = (to: OverviewSearch) =>
    void navigate({ search: (before) => ({ ...before, ...to }), replace: true, resetScroll: false });
  return (
    <Stack gap="xs" component="section" aria-label={t.month}>
      <Group justify="space-between" align="center">
        <Title order={2} size="h4">
          {t.month}
        </Title>
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label={t.split}
            value={by}
            onChange={(to) => change({ by: to === GROUPS[0] ? undefined : 'provider' })}
            data={[
              { value: 'rail', label: t.byRail },
              { value: 'provider', label: t.byProvider },
            ]}
          />
          <SegmentedControl
            size="xs"
            aria-label={t.view}
            value={search.view ?? 'chart'}
            onChange={(to) => change({ view: to === 'table' ? 'table' : undefined })}
            data={[
              { value: 'chart', label: t.chart },
              { value: 'table', label: t.table },
            ]}
          />
        </Group>
      </Group>
      {parts.length === 0 && search.view !== 'table' ? (
        <Empty>{t.noMoney}</Empty>
      ) : search.view === 'table' ? (
        <DaysTable days={days} by={by} parts={parts} nameOf={nameOf} />
      ) : (
        <Charts days={days} by={by} parts={parts} nameOf={nameOf} />
      )}
    </Stack>
  );
}

interface OfDays {
  days: readonly Day[];
  by: 'rail' | 'provider';
  parts: readonly string[];
  nameOf: (part: string) => string;
}

function Charts({ days, by, parts, nameOf }: OfDays) {
  const t = useTexts(overviewTexts);
  const total = sumOf(days.flatMap(({ rows }) => rows)).grossInCents;
  return (
    <Suspense fallback={<Skeleton height={460} radius="md" />}>
      <Stack gap="md">
        <Chart title={t.money}>
          <MoneyChart days={days} by={by} parts={parts} nameOf={nameOf} label={t.moneyChart(formatMoney(total))} />
        </Chart>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Chart title={t.rate} hint={t.rateHint}>
            <RateChart days={days} name={t.rate} label={t.rateChart} />
          </Chart>
          <Chart title={t.time} hint={t.timeHint}>
            <TimeChart days={days} name={t.time} label={t.timeChart} />
          </Chart>
        </SimpleGrid>
      </Stack>
    </Suspense>
  );
}

function Chart({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <Stack gap={4}>
      <div>
        <Title order={3} size="h6">
          {title}
        </Title>
        {hint !== undefined && (
          <Text size="xs" c="dimmed">
            {hint}
          </Text>
        )}
      </div>
      {children}
    </Stack>
  );
}

/** Every figure of the charts, the newest day first. */
function DaysTable({ days, by, parts, nameOf }: OfDays) {
  const t = useTexts(overviewTexts);
  const whole = sumOf(days.flatMap(({ rows }) => rows));
  const columns: FiguresColumn<Day>[] = [
    { key: 'day', header: t.day, cell: ({ date }) => formatDay(date, 'short'), total: t.total },
    ...parts.map((part): FiguresColumn<Day> => ({
      key: part,
      header: nameOf(part),
      align: 'right',
      cell: (day) => <Money cents={grossOf(day, by, part) || null} />,
      total: <Money cents={days.reduce((sum, day) => sum + grossOf(day, by, part), 0)} />,
    })),
    {
      key: 'total',
      header: t.total,
      align: 'right',
      cell: ({ rows }) => <Money cents={sumOf(rows).grossInCents} strong />,
      total: <Money cents={whole.grossInCents} strong />,
    },
    {
      key: 'rate',
      header: t.rate,
      align: 'right',
      cell: ({ rows }) => {
        const { paidOfEnded, ended } = sumOf(rows);
        return formatRate(paidOfEnded, ended);
      },
      total: formatRate(whole.paidOfEnded, whole.ended),
    },
    {
      key: 'time',
      header: t.time,
      align: 'right',
      cell: ({ paidWithinSecondsP50 }) => formatSeconds(paidWithinSecondsP50),
      total: '',
    },
  ];
  return <FiguresTable label={t.month} rows={days.toReversed()} columns={columns} rowId={({ date }) => date} />;
}

function ByProviderAndRail({ days }: { days: readonly Day[] }) {
  const t = useTexts(overviewTexts);
  const names = useTexts(valueTexts).rail;
  const search: OverviewSearch = route.useSearch();
  const navigate = useNavigate({ from: '/' });
  const period = search.period ?? 'today';
  const groups = groupsOf((period === 'today' ? days.slice(-1) : days).flatMap(({ rows }) => rows));
  const whole = sumOf((period === 'today' ? days.slice(-1) : days).flatMap(({ rows }) => rows));
  const columns: FiguresColumn<RowGroup>[] = [
    { key: 'provider', header: t.provider, cell: ({ provider }) => provider, total: t.total },
    { key: 'rail', header: t.rail, cell: ({ rail }) => names[rail as Rail] ?? rail, total: '' },
    {
      key: 'asked',
      header: t.asked,
      align: 'right',
      cell: ({ asked }) => formatCount(asked),
      total: formatCount(whole.asked),
    },
    {
      key: 'paid',
      header: t.paidCount,
      align: 'right',
      cell: ({ paid }) => formatCount(paid),
      total: formatCount(whole.paid),
    },
    {
      key: 'rate',
      header: t.rate,
      align: 'right',
      cell: ({ paidOfEnded, ended }) => formatRate(paidOfEnded, ended),
      total: formatRate(whole.paidOfEnded, whole.ended),
    },
    {
      key: 'gross',
      header: t.gross,
      align: 'right',
      cell: ({ grossInCents }) => <Money cents={grossInCents} strong />,
      total: <Money cents={whole.grossInCents} strong />,
    },
    {
      key: 'fees',
      header: t.fees,
      align: 'right',
      cell: ({ feesInCents }) => <Money cents={feesInCents} />,
      total: <Money cents={whole.feesInCents} />,
    },
    {
      key: 'net',
      header: t.netColumn,
      align: 'right',
      cell: ({ netInCents }) => <Money cents={netInCents} />,
      total: <Money cents={whole.netInCents} />,
    },
  ];
  return (
    <Stack gap="xs" component="section" aria-label={t.groups}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t.groups}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t.period}
          value={period}
          onChange={(to) =>
            void navigate({
              search: (before) => ({ ...before, period: to === PERIODS[0] ? undefined : 'month' }),
              replace: true,
              resetScroll: false,
            })
          }
          data={[
            { value: 'today', label: t.today },
            { value: 'month', label: t.month },
          ]}
        />
      </Group>
      {groups.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t.nothing[period]}
        </Text>
      ) : (
        <FiguresTable
          label={t.groups}
          rows={groups}
          columns={columns}
          rowId={({ provider, rail }) => `${provider} ${rail}`}
        />
      )}
    </Stack>
  );
}
