import { Group, MultiSelect } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { answerOf, api } from '../../api/client.js';
import { useProviders } from '../../api/providers.js';
import { useMay } from '../../api/session.js';
import { useList } from '../../api/use-list.js';
import { stringifySearch } from '../../app/search.js';
import { appTexts } from '../../app/texts.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { SelectFilter } from '../../components/filters.js';
import { Moment } from '../../components/moment.js';
import { Page } from '../../components/page.js';
import { StatusBadge } from '../../components/status-badge.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { NewStatement } from './new-statement.js';
import { Period } from './period.js';
import type { StatementsSearch } from './search.js';
import { ShownStatement } from './statement.js';
import { statementsTexts } from './texts.js';
import { type Outcome, type Statement, STATUSES, TONE_OF_STATUS } from './values.js';

const PAGE = 50;
const route = getRouteApi('/statements');

/** What the provider or the bank says, against what is recorded here. */
export function StatementsPage() {
  const t = useTexts(statementsTexts);
  const { pages } = useTexts(appTexts);
  const may = useMay();
  const { id, outcome }: StatementsSearch = route.useSearch();
  const navigate = useNavigate({ from: '/statements' });
  const providers = useProviders();
  const open = (opened: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, id: opened, outcome: undefined }) });
  return (
    <Page title={pages.statements} hint={t.hint}>
      {id === undefined ? (
        <>
          {may('statements:write') && <NewStatement providers={providers} onStarted={open} />}
          <Statements providers={providers} />
        </>
      ) : (
        <ShownStatement
          id={id}
          outcome={outcome}
          onOutcome={(narrowed) =>
            void navigate({ search: (before) => ({ ...before, outcome: narrowed }), replace: true, resetScroll: false })
          }
          onBack={() => open(undefined)}
        />
      )}
    </Page>
  );
}

function Statements({ providers }: { providers: readonly string[] }) {
  const t = useTexts(statementsTexts);
  const general = useTexts(generalTexts);
  const { status, waitsFor, provider }: StatementsSearch = route.useSearch();
  const navigate = useNavigate({ from: '/statements' });
  const narrow = (change: Partial<StatementsSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  const filters = {
    ...(status && { status }),
    ...(waitsFor && { waitsFor }),
    ...(provider !== undefined && { provider }),
  };
  const list = useList<Statement>(['statements', 'list', filters], (cursor, signal) =>
    answerOf(
      api.GET('/statements', {
        params: { query: { ...filters, limit: PAGE, ...(cursor !== undefined && { cursor }) } },
        signal,
      }),
    ),
  );
  const columns: readonly [Column<Statement>, ...Column<Statement>[]] = [
    {
      key: 'statement',
      header: t.statement,
      cell: (one) => (
        <>
          {one.provider}
          {' · '}
          <Period from={one.from} to={one.to} />
        </>
      ),
    },
    {
      key: 'status',
      header: t.status,
      cell: (one) => <StatusBadge tone={TONE_OF_STATUS[one.status]}>{t.statusOf[one.status]}</StatusBadge>,
    },
    { key: 'source', header: t.source, cell: ({ source }) => t.sources[source] },
    { key: 'lines', header: t.lines, align: 'right', cell: ({ lines }) => lines },
    { key: 'matched', header: t.matched, align: 'right', cell: (one) => countOf(one, ['MATCHED']) },
    {
      key: 'differences',
      header: t.differences,
      align: 'right',
      cell: (one) => countOf(one, ['DIFFERENT', 'MISSING_HERE', 'MISSING_THERE']),
    },
    { key: 'createdAt', header: t.createdAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
  return (
    <>
      <Group gap="xs" align="flex-end" role="search">
        <MultiSelect
          label={t.status}
          placeholder={status ? undefined : general.all}
          data={STATUSES.map((value) => ({ value, label: t.statusOf[value] }))}
          value={status ?? []}
          onChange={(values) => narrow({ status: values.length > 0 ? values : undefined })}
          clearable
          clearButtonProps={{ 'aria-label': general.clear }}
          miw={180}
        />
        <SelectFilter
          label={t.waitsFor}
          names={[['PEOPLE', t.waitsForNames.PEOPLE]]}
          value={waitsFor}
          onChange={(value) => narrow({ waitsFor: value })}
          width={200}
        />
        <SelectFilter
          label={t.provider}
          names={providers.map((one) => [one, one])}
          value={provider}
          onChange={(one) => narrow({ provider: one })}
        />
      </Group>
      <DataTable
        label={t.list}
        list={list}
        columns={columns}
        rowHref={({ id }) => `/statements${stringifySearch({ ...filters, id })}`}
        isFiltered={status !== undefined || waitsFor !== undefined || provider !== undefined}
        empty={t.empty}
      />
    </>
  );
}

function countOf({ outcomes }: Statement, wanted: readonly Outcome[]): number | string {
  if (outcomes === null) return '—';
  const counts = outcomes as Partial<Record<Outcome, number>>;
  return wanted.reduce((sum, one) => sum + (counts[one] ?? 0), 0);
}
