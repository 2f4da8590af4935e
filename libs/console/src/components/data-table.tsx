import { Button, Group, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconSelector } from '@tabler/icons-react';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { type MouseEvent, type ReactNode, useRef } from 'react';
import type { List } from '../api/use-list.js';
import { parseSearch } from '../app/search.js';
import { generalTexts } from '../texts/general.js';
import { useTexts } from '../texts/texts.js';
import classes from './data-table.module.css';
import { useShortcuts } from './shortcuts.js';
import { Empty, Failed, Loading } from './states.js';

export interface Column<Row> {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  align?: 'right';
  /** The column can be sorted by: its key is what `sort.by` is. */
  sortable?: boolean;
}

export interface Sort {
  by: string;
  descending: boolean;
}

interface DataTableProps<Row> {
  /** Names the table to those who do not see it. */
  label: string;
  list: List<Row>;
  columns: readonly [Column<Row>, ...Column<Row>[]];
  rowId?: (row: Row) => string;
  /** Where the first column's link leads: an address within the console, with its query. One of the same page leaves it where it is scrolled. */
  rowHref?: (row: Row) => string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  /** Whether the list is narrowed: an empty one then says that nothing was found. */
  isFiltered?: boolean;
  empty?: ReactNode;
}

/** A list of the API: cards on a phone, `j`, `k` and Enter on the keyboard, cursor pages, and a refresh that moves nothing away. */
export function DataTable<Row>({
  label,
  list,
  columns,
  rowId = (row) => (row as { id: string }).id,
  rowHref,
  sort,
  onSort,
  isFiltered = false,
  empty,
}: DataTableProps<Row>) {
  const t = useTexts(generalTexts);
  const frame = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const pathname = useRouterState({ select: ({ location }) => location.pathname });

  /** The focus is the only cursor there is. */
  function step(by: 1 | -1): void {
    const targets = [...(frame.current?.querySelectorAll<HTMLElement>('[data-row-target]') ?? [])];
    const at = targets.indexOf(document.activeElement as HTMLElement);
    targets[
      at === -1 ? (by === 1 ? 0 : targets.length - 1) : Math.min(Math.max(at + by, 0), targets.length - 1)
    ]?.focus();
  }
  useShortcuts([
    { keys: 'j', what: '↓', run: () => step(1) },
    { keys: 'k', what: '↑', run: () => step(-1) },
  ]);

  if (list.isLoading) return <Loading />;
  if (list.error && list.rows.length === 0) return <Failed error={list.error} onRetry={list.retry} />;
  if (list.rows.length === 0)
    return list.hasMore ? (
      <Empty action={<More list={list} label={t.goOnSearching} />}>{t.searchedSoFar}</Empty>
    ) : (
      <Empty>{isFiltered ? t.nothingFound : empty}</Empty>
    );

  function target(href: string) {
    const [to = '', query = ''] = href.split('?');
    return { to, search: parseSearch(query), resetScroll: to !== pathname };
  }

  function openRow(event: MouseEvent, href: string): void {
    // React also hands on what is clicked in a dialog that a row has opened.
    if (!event.currentTarget.contains(event.target as Node)) return;
    if ((event.target as HTMLElement).closest('a, button, input') || window.getSelection()?.toString()) return;
    void navigate(target(href));
  }

  return (
    <Stack gap="sm" data-list>
      {list.held > 0 && (
        <Button className={classes.held} size="compact-sm" radius="xl" onClick={list.showHeld}>
          {t.newRows(list.held)}
        </Button>
      )}
      {list.error && <Failed error={list.error} onRetry={list.retry} />}
      <div ref={frame} className={classes.frame}>
        <Table
          aria-label={label}
          role="table"
          className={`${classes.table} ${list.isStale ? classes.stale : ''}`}
          highlightOnHover
          verticalSpacing="xs"
        >
          <Table.Thead role="rowgroup">
            <Table.Tr role="row">
              {columns.map((column) => (
                <HeaderCell key={column.key} column={column} sort={sort} onSort={onSort} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody role="rowgroup">
            {list.rows.map((row) => {
              const href = rowHref?.(row);
              return (
                <Table.Tr
                  key={rowId(row)}
                  role="row"
                  className={`${classes.row} ${href === undefined ? '' : classes.clickable}`}
                  onClick={href === undefined ? undefined : (event) => openRow(event, href)}
                >
                  {columns.map(({ key, header, cell, align }, index) => (
                    <Table.Td key={key} role="cell" data-label={header} className={align && classes[align]}>
                      {index === 0 && href !== undefined ? (
                        <Link {...target(href)} className={classes.link} data-row-target>
                          {cell(row)}
                        </Link>
                      ) : (
                        cell(row)
                      )}
                    </Table.Td>
                  ))}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </div>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" aria-live="polite">
          {list.hasMore ? t.shownSoFar(list.rows.length) : t.endOfList(list.rows.length)}
        </Text>
        {list.hasMore && <More list={list} label={t.loadMore} />}
      </Group>
    </Stack>
  );
}

function More<Row>({ list, label }: { list: List<Row>; label: string }) {
  return (
    <Button variant="default" onClick={list.loadMore} loading={list.isLoadingMore}>
      {label}
    </Button>
  );
}

function HeaderCell<Row>({
  column: { key, header, align, sortable },
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}) {
  const t = useTexts(generalTexts);
  const isSorted = sort?.by === key;
  if (!sortable || !onSort)
    return (
      <Table.Th role="columnheader" className={align && classes[align]}>
        {header}
      </Table.Th>
    );
  const Icon = !isSorted ? IconSelector : sort.descending ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th
      role="columnheader"
      className={align && classes[align]}
      aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <UnstyledButton
        className={classes.sort}
        aria-label={t.sortBy(header)}
        onClick={() => onSort({ by: key, descending: isSorted ? !sort.descending : true })}
      >
        {header}
        <Icon size={14} aria-hidden />
      </UnstyledButton>
    </Table.Th>
  );
}
