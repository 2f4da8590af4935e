import { Badge, Button, Group, MultiSelect, Select, Tabs, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useProviders } from '../../api/providers.js';
import type { paths } from '../../api/schema.js';
import { useMay } from '../../api/session.js';
import { useList } from '../../api/use-list.js';
import { appTexts } from '../../app/texts.js';
import { CsvButton } from '../../components/csv-button.js';
import { SelectFilter, TextFilter } from '../../components/filters.js';
import { Page } from '../../components/page.js';
import { useShortcuts } from '../../components/shortcuts.js';
import { Empty } from '../../components/states.js';
import { generalTexts } from '../../texts/general.js';
import { formatMoney } from '../../texts/money.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { Detail, useDrafts } from './detail.js';
import classes from './discrepancies.module.css';
import type { DiscrepanciesSearch } from './search.js';
import { discrepanciesTexts } from './texts.js';
import { type Discrepancy, KINDS, SORTS, type Tab, TABS } from './values.js';
import { itemId, WorkList } from './work-list.js';

type DiscrepancyPage = Schemas['DiscrepancyPageSchema'];
type Filters = NonNullable<paths['/discrepancies']['get']['parameters']['query']>;

const PAGE = 50;
const WAITING_REFRESH_MS = 10_000;
const route = getRouteApi('/discrepancies');

const OF_TAB: Readonly<Record<Tab, Pick<Filters, 'status' | 'waitsFor'>>> = {
  open: { status: ['OPEN'] },
  mine: { status: ['OPEN'], waitsFor: 'ME' },
  resolved: { status: ['RESOLVED'] },
};

/** As JSON: the same path answers CSV, too. */
function pageOf(query: Filters, signal: AbortSignal): Promise<DiscrepancyPage> {
  return answerOf(api.GET('/discrepancies', { params: { query }, signal })) as Promise<DiscrepancyPage>;
}

/** As `GET /discrepancies` names them. */
function filtersOf({ tab = 'open', kind, provider, reference, sort }: DiscrepanciesSearch): Filters {
  const defaultSort = tab === 'resolved' ? 'NEWEST' : 'MONEY_AT_RISK';
  return {
    ...OF_TAB[tab],
    ...(kind && { kind }),
    ...(provider !== undefined && { provider }),
    ...(reference !== undefined && { reference }),
    sort: sort ?? defaultSort,
  };
}

function csvPath(filters: Filters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters))
    for (const one of [value].flat()) query.append(name, String(one));
  return `/discrepancies?${query.toString()}`;
}

/** What does not add up, the most money first: a list to work through, and beside it the one that is looked into. */
export function DiscrepanciesPage() {
  const t = useTexts(discrepanciesTexts);
  const general = useTexts(generalTexts);
  const { pages } = useTexts(appTexts);
  const values = useTexts(valueTexts);
  const search: DiscrepanciesSearch = route.useSearch();
  const navigate = useNavigate({ from: '/discrepancies' });
  const may = useMay();
  const isWide = useMediaQuery('(min-width: 75em)', undefined, { getInitialValueInEffect: false });
  const drafts = useDrafts();
  const queries = useQueryClient();
  const { tab = 'open' } = search;
  const showsList = isWide || search.id === undefined;
  const filters = filtersOf(search);
  const narrow = (change: Partial<DiscrepanciesSearch>) =>
    void navigate({ search: (before) => ({ ...before, id: undefined, ...change }), replace: true, resetScroll: false });

  const key = ['discrepancies', 'list', filters] as const;
  const list = useList<Discrepancy>(key, (cursor, signal) =>
    pageOf({ ...filters, limit: PAGE, ...(cursor !== undefined && { cursor }) }, signal),
  );
  const totals = queries.getQueryData<InfiniteData<DiscrepancyPage>>(key)?.pages[0]?.totals;
  const providers = useProviders();

  // The first one is shown beside the list until another is picked; it stays when the list changes.
  const [first, setFirst] = useState<{ key: string; id: string } | undefined>(undefined);
  const keyText = JSON.stringify(filters);
  const firstRow = list.isStale ? undefined : list.rows[0]?.id;
  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect
    if (firstRow !== undefined) setFirst((now) => (now?.key === keyText ? now : { key: keyText, id: firstRow }));
  }, [firstRow, keyText]);
  const shownId = search.id ?? (isWide && first?.key === keyText ? first.id : undefined);
  const at = list.rows.findIndex(({ id }) => id === shownId);
  // Where the one that is shown stood, should it have left the list.
  const lastAt = useRef(0);
  useEffect(() => {
    if (at >= 0) lastAt.current = at;
  }, [at]);

  const detail = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  useEffect(() => {
    if (focused > 0) detail.current?.focus();
  }, [focused]);

  function step(by: 1 | -1): void {
    if (isWide) {
      const from = at >= 0 ? at : lastAt.current - (by === 1 ? 1 : 0);
      const to = list.rows[Math.min(Math.max(from + by, 0), list.rows.length - 1)];
      if (to === undefined) return;
      void navigate({ search: (before) => ({ ...before, id: to.id }), replace: true, resetScroll: false });
      document.getElementById(itemId(to.id))?.focus();
      return;
    }
    if (search.id !== undefined) {
      const to = list.rows[at + by];
      if (to) void navigate({ search: (before) => ({ ...before, id: to.id }), replace: true, resetScroll: false });
      return;
    }
    const focusedAt = list.rows.findIndex(({ id }) => itemId(id) === document.activeElement?.id);
    const to = list.rows[Math.min(Math.max(focusedAt + by, 0), list.rows.length - 1)];
    if (to) document.getElementById(itemId(to.id))?.focus();
  }
  const referenceBox = useRef<HTMLInputElement>(null);
  useShortcuts([
    ...(showsList ? [{ keys: '/', what: t.reference, run: () => referenceBox.current?.focus() }] : []),
    { keys: 'j', what: t.next, run: () => step(1) },
    { keys: 'k', what: t.previous, run: () => step(-1) },
    ...(search.id !== undefined && !isWide ? [{ keys: 'Escape', what: t.backToList, run: () => backToList() }] : []),
  ]);

  function backToList(): void {
    const id = search.id!;
    void navigate({ search: (before) => ({ ...before, id: undefined }) }).then(() =>
      document.getElementById(itemId(id))?.focus(),
    );
  }

  /** The next one takes the place of one that has left the list. */
  function goOn(): void {
    const next = list.rows[at + 1] ?? list.rows[at - 1];
    if (!isWide || tab === 'resolved' || at < 0 || next === undefined) return;
    void navigate({ search: (before) => ({ ...before, id: next.id }), replace: true, resetScroll: false });
  }

  const waiting = useWaiting();
  const tabs = TABS.filter((one) => one !== 'mine' || may('discrepancies:approve'));
  const isFiltered = [search.kind, search.provider, search.reference].some((value) => value !== undefined);

  return (
    <Page
      title={pages.discrepancies}
      hint={totals && t.total(sumOf(totals, 'count'), formatMoney(sumOf(totals, 'moneyAtRiskInCents')))}
      actions={<CsvButton path={csvPath(filters)} name="discrepancies.csv" />}
    >
      <Tabs
        value={tab}
        onChange={(to) => void navigate({ search: { tab: to === 'open' ? undefined : (to as Tab) } })}
        keepMounted={false}
      >
        <Tabs.List aria-label={t.tabsLabel}>
          {tabs.map((one) => (
            <Tabs.Tab
              key={one}
              value={one}
              rightSection={
                one === 'mine' && waiting > 0 ? (
                  <Badge size="sm" circle={waiting < 10}>
                    {waiting}
                  </Badge>
                ) : undefined
              }
            >
              {t.tabs[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      {showsList && (
        <Group gap="xs" align="flex-end" role="search">
          <TextFilter
            ref={referenceBox}
            label={t.reference}
            placeholder={t.referenceHint}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search.reference}
            onChange={(reference) => narrow({ reference })}
            maxLength={255}
          />
          <MultiSelect
            label={t.kind}
            placeholder={search.kind ? undefined : general.all}
            data={KINDS.map((value) => ({ value, label: values.discrepancyKind[value] }))}
            value={search.kind ?? []}
            onChange={(kind) => narrow({ kind: kind.length > 0 ? kind : undefined })}
            clearable
            flex="1 1 200px"
            clearButtonProps={{ 'aria-label': general.clear }}
          />
          <SelectFilter
            label={t.provider}
            names={providers.map((one) => [one, one])}
            value={search.provider}
            onChange={(provider) => narrow({ provider })}
            width={150}
          />
          <Select
            label={t.sort}
            data={SORTS.map((value) => ({ value, label: t.sorts[value] }))}
            value={filters.sort}
            onChange={(sort) => narrow({ sort: sort ?? undefined })}
            allowDeselect={false}
            w={200}
          />
          {isFiltered && (
            <Button
              variant="subtle"
              onClick={() => narrow({ kind: undefined, provider: undefined, reference: undefined })}
            >
              {general.clear}
            </Button>
          )}
        </Group>
      )}
      <div className={classes.columns}>
        {showsList && (
          <WorkList
            list={list}
            shownId={shownId}
            isFiltered={isFiltered}
            empty={tab === 'mine' ? t.emptyMine : tab === 'resolved' ? t.emptyResolved : t.emptyOpen}
            onOpen={(_id, byKeyboard) => (byKeyboard || !isWide) && setFocused((count) => count + 1)}
          />
        )}
        {shownId !== undefined ? (
          <Detail id={shownId} drafts={drafts} ref={detail} onBack={isWide ? undefined : backToList} onEnded={goOn} />
        ) : (
          isWide && list.rows.length > 0 && <Empty>{t.pickOne}</Empty>
        )}
      </div>
      {isWide && (
        <Text size="xs" c="dimmed" visibleFrom="lg">
          j k · Enter · r · ?
        </Text>
      )}
    </Page>
  );
}

function sumOf(totals: DiscrepancyPage['totals'], name: 'count' | 'moneyAtRiskInCents'): number {
  return totals.reduce((sum, total) => sum + total[name], 0);
}

/** How many wait for the approval of the person who looks. */
function useWaiting(): number {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ['discrepancies', 'waiting'],
    queryFn: ({ signal }) => pageOf({ waitsFor: 'ME', limit: 1 }, signal),
    enabled: may('discrepancies:approve'),
    refetchInterval: WAITING_REFRESH_MS,
  });
  return data ? sumOf(data.totals, 'count') : 0;
}
