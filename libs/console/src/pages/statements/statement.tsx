import { Alert, Button, Group, List, NativeSelect, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { answerOf, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { useList } from '../../api/use-list.js';
import { CsvButton } from '../../components/csv-button.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { Moment } from '../../components/moment.js';
import { Money } from '../../components/money.js';
import { Failed, Loading } from '../../components/states.js';
import { StatusBadge } from '../../components/status-badge.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { Period } from './period.js';
import { statementsTexts } from './texts.js';
import { isUnderWay, type Line, OUTCOMES, type Outcome, TONE_OF_OUTCOME, TONE_OF_STATUS } from './values.js';
import { PERCENT } from '../../texts/figures.js';

const REFRESH_MS = 1_000;
const PAGE = 50;
/** One statement: how far its comparison is, and what came of it. */
export function ShownStatement({
  id,
  outcome,
  onOutcome,
  onBack,
}: {
  id: string;
  outcome: Outcome | undefined;
  onOutcome: (outcome: Outcome | undefined) => void;
  onBack: () => void;
}) {
  const t = useTexts(statementsTexts);
  const values = useTexts(valueTexts);
  const may = useMay();
  const { data, error, refetch } = useQuery({
    queryKey: ['statements', id],
    queryFn: ({ signal }) => answerOf(api.GET('/statements/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data && !isUnderWay(state.data) ? false : REFRESH_MS),
  });
  useEffect(() => {
    window.scrollTo(0, 0);
  }, []);
  const back = (
    <Button
      variant="subtle"
      size="compact-sm"
      leftSection={<IconArrowLeft size={16} aria-hidden />}
      onClick={onBack}
      style={{ alignSelf: 'flex-start' }}
    >
      {t.back}
    </Button>
  );
  if (!data)
    return (
      <Stack>
        {back}
        {error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />}
      </Stack>
    );
  const outcomes = (data.outcomes ?? {}) as Partial<Record<Outcome, number>>;
  const differences = Object.entries((data.differences ?? {}) as Record<string, number>);
  const names: Readonly<Record<string, string>> = values.discrepancyKind;
  return (
    <Stack gap="md">
      {back}
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      <Paper withBorder p="md">
        <Stack gap="sm">
          <Group justify="space-between" align="flex-start">
            <div>
              <Group gap="xs">
                <Title order={2} size="h3">
                  {data.provider}
                </Title>
                <StatusBadge tone={TONE_OF_STATUS[data.status]}>{t.statusOf[data.status]}</StatusBadge>
              </Group>
              <Text size="sm" c="dimmed">
                <Period from={data.from} to={data.to} />
                {` · ${t.sources[data.source]} · `}
                <Moment at={data.createdAt} />
              </Text>
            </div>
            {data.status === 'DONE' && (
              <Group gap="xs">
                {may('discrepancies:read') && differences.length > 0 && (
                  <Button
                    component={Link}
                    to="/discrepancies"
                    search={{ provider: data.provider } as never}
                    variant="default"
                  >
                    {t.seeDiscrepancies}
                  </Button>
                )}
                <CsvButton path={`/statements/${id}/result.csv`} name={`${data.provider}-${id}.csv`} />
              </Group>
            )}
          </Group>
          {data.progress && (
            <div>
              <Text size="sm" aria-live="polite">
                {`${t.phases[data.progress.phase]}: ${t.progressOf(data.progress.linesDone, data.progress.linesOf)}`}
              </Text>
              <Progress
                aria-label={t.progress}
                value={data.progress.linesOf ? (data.progress.linesDone / data.progress.linesOf) * PERCENT : PERCENT}
                animated
              />
            </div>
          )}
          {data.reason !== null && (
            <Alert color="red" title={t.statusOf[data.status]}>
              <span lang="en">{data.reason}</span>
            </Alert>
          )}
          {data.badLines > 0 && (
            <Alert color="red" title={t.badLines(data.badLines)}>
              <List size="sm">
                {data.firstBadLines.slice(0, PAGE).map(({ line, message }) => (
                  <List.Item key={`${line} ${message}`}>
                    {`${t.ofLine(line)}: `}
                    <span lang="en">{message}</span>
                  </List.Item>
                ))}
              </List>
            </Alert>
          )}
          {data.outcomes !== null && (
            <Group gap="xl">
              {OUTCOMES.map((one) => (
                <div key={one}>
                  <StatusBadge tone={TONE_OF_OUTCOME[one]}>{t.outcomes[one]}</StatusBadge>
                  <Text fw={700} size="lg" style={{ fontVariantNumeric: 'tabular-nums' }}>
                    {outcomes[one] ?? 0}
                  </Text>
                </div>
              ))}
            </Group>
          )}
          {differences.length > 0 && (
            <Text size="sm" c="dimmed">
              {differences.map(([kind, count]) => `${names[kind] ?? kind}: ${count}`).join(' · ')}
            </Text>
          )}
        </Stack>
      </Paper>
      {data.status === 'DONE' && <Lines id={id} outcome={outcome} onOutcome={onOutcome} />}
    </Stack>
  );
}

function Lines({
  id,
  outcome,
  onOutcome,
}: {
  id: string;
  outcome: Outcome | undefined;
  onOutcome: (outcome: Outcome | undefined) => void;
}) {
  const t = useTexts(statementsTexts);
  const values = useTexts(valueTexts);
  const list = useList<Line>(
    ['statements', id, 'lines', outcome],
    (cursor, signal) =>
      answerOf(
        api.GET('/statements/{id}/lines', {
          params: {
            path: { id },
            query: { limit: PAGE, ...(outcome && { outcome }), ...(cursor !== undefined && { cursor }) },
          },
          signal,
        }),
      ),
    { idOf: rowId, refreshMs: false, holdsNew: false },
  );
  const columns: readonly [Column<Line>, ...Column<Line>[]] = [
    { key: 'line', header: t.line, cell: ({ line }) => line ?? '—' },
    {
      key: 'outcome',
      header: t.outcome,
      cell: (line) => (
        <>
          <StatusBadge tone={TONE_OF_OUTCOME[line.outcome]}>{t.outcomes[line.outcome]}</StatusBadge>
          {line.differences.length > 0 && (
            <Text span size="xs" c="dimmed" ml={6}>
              {line.differences.map((kind) => values.discrepancyKind[kind]).join(', ')}
            </Text>
          )}
        </>
      ),
    },
    { key: 'reference', header: t.reference, cell: ({ reference, externalId }) => reference ?? externalId ?? '—' },
    { key: 'amount', header: t.amount, align: 'right', cell: (line) => <Money cents={line.amountInCents} strong /> },
    { key: 'expected', header: t.expected, align: 'right', cell: (line) => <Money cents={line.expectedInCents} /> },
    { key: 'paidAt', header: t.paidAt, cell: ({ paidAt }) => <Moment at={paidAt} /> },
    {
      key: 'payin',
      header: t.payin,
      cell: ({ payinId, payinReference }) =>
        payinId === null ? (
          '—'
        ) : (
          <Text component={Link} to={`/payins/${payinId}`} inherit c="var(--mantine-color-anchor)" data-row-target>
            {payinReference ?? payinId}
          </Text>
        ),
    },
  ];
  return (
    <>
      <NativeSelect
        label={t.outcome}
        value={outcome ?? ''}
        data={[{ value: '', label: t.allLines }, ...OUTCOMES.map((value) => ({ value, label: t.outcomes[value] }))]}
        onChange={(event) => onOutcome((event.currentTarget.value || undefined) as Outcome | undefined)}
        maw={260}
      />
      <DataTable
        label={t.lines}
        list={list}
        columns={columns}
        rowId={rowId}
        isFiltered={outcome !== undefined}
        empty={t.noLines}
      />
    </>
  );
}

function rowId({ line, reference, externalId, payinId }: Line): string {
  return [line, reference, externalId, payinId].join(' ');
}
