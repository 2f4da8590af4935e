import { keepPreviousData, type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

export interface Page<Row> {
  data: Row[];
  pageInfo: { hasNext: boolean; nextCursor: string | null };
}

export interface List<Row> {
  rows: readonly Row[];
  /** Nothing has been answered yet. */
  isLoading: boolean;
  /** What is shown is of the filters before. */
  isStale: boolean;
  isFetching: boolean;
  error: Error | null;
  retry: () => void;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  /** Rows that came at the top while the person was reading: they are shown when asked for. */
  held: number;
  showHeld: () => void;
}

const REFRESH_MS = 5_000;
/** A longer list is not read again by itself. */
const REFRESHED_PAGES_MAX = 5;

/** At the top of the page, with the pointer and the focus elsewhere, nothing can move away under anyone. */
function isReading(): boolean {
  return window.scrollY > 0 || document.querySelector('[data-list] :focus-visible, [data-list]:hover') !== null;
}

/**
 * A list of the API by its cursors. It refreshes by itself: rows change where they stand, and new ones at the top wait while somebody reads.
 * @param key all that the list depends on
 */
export function useList<Row>(
  key: QueryKey,
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Row>>,
  {
    idOf = (row: Row) => (row as { id: string }).id,
    refreshMs = REFRESH_MS,
    holdsNew = true,
  }: { idOf?: (row: Row) => string; refreshMs?: number | false; holdsNew?: boolean } = {},
): List<Row> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ pageInfo }) => pageInfo.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > REFRESHED_PAGES_MAX ? false : refreshMs),
  });
  const all = query.data?.pages.flatMap(({ data }) => data) ?? [];
  const name = JSON.stringify(key);
  const [shown, setShown] = useState<{ name: string; first: string } | undefined>(undefined);
  const at = shown?.name === name && holdsNew ? all.findIndex((row) => idOf(row) === shown.first) : -1;
  const held = at > 0 && isReading() ? at : 0;
  const first = all[held];
  const firstId = first === undefined ? undefined : idOf(first);
  useEffect(() => {
    // What is at the top now is what later answers are compared with.
    // oxlint-disable-next-line react/set-state-in-effect
    if (!query.isPlaceholderData && firstId !== undefined) setShown({ name, first: firstId });
  }, [name, firstId, query.isPlaceholderData]);
  return {
    rows: held > 0 ? all.slice(held) : all,
    isLoading: query.isLoading,
    isStale: query.isPlaceholderData,
    isFetching: query.isFetching,
    error: query.error,
    retry: () => void query.refetch(),
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    held,
    showHeld: () => {
      const newest = all[0];
      if (newest !== undefined) setShown({ name, first: idOf(newest) });
    },
  };
}

/** What one answer holds whole, to be shown as a list. */
export function listOf<Row>(
  rows: readonly Row[] | undefined,
  query: { isLoading: boolean; isFetching: boolean; error: Error | null; refetch: () => unknown },
): List<Row> {
  return {
    rows: rows ?? [],
    isLoading: rows === undefined && query.error === null,
    isStale: false,
    isFetching: query.isFetching,
    error: query.error,
    retry: () => void query.refetch(),
    hasMore: false,
    isLoadingMore: false,
    loadMore: () => undefined,
    held: 0,
    showHeld: () => undefined,
  };
}
