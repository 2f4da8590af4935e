import { useQuery } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from './client.js';
import { useMay, useSession } from './session.js';
import type { Page } from './use-list.js';

export type Person = Schemas['PersonSchema'];
export type ApiKey = Schemas['ApiKeySchema'];

const PAGE = 100;
/** As many pages as an organization may have people. */
const PAGES_MAX = 10;
const FRESH_MS = 30_000;

async function allOf<Row>(load: (cursor: string | undefined) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { data, pageInfo } = await load(cursor);
    rows.push(...data);
    cursor = pageInfo.nextCursor ?? undefined;
    if (cursor === undefined) break;
  }
  return rows;
}

/** Those of the organization; nobody where the person may not see them. */
export function usePeople(): readonly Person[] {
  const { data } = useQuery({
    queryKey: ['people', 'all'],
    queryFn: ({ signal }) =>
      allOf((cursor) => answerOf(api.GET('/people', { params: { query: { limit: PAGE, cursor } }, signal }))),
    enabled: useMay()('people:read'),
    staleTime: FRESH_MS,
  });
  return data ?? [];
}

export function useApiKeys(): readonly ApiKey[] {
  const { data } = useQuery({
    queryKey: ['api-keys', 'all'],
    queryFn: ({ signal }) =>
      allOf((cursor) => answerOf(api.GET('/api-keys', { params: { query: { limit: PAGE, cursor } }, signal }))),
    enabled: useMay()('keys:read'),
    staleTime: FRESH_MS,
  });
  return data ?? [];
}

/** Names of people and of API keys by their ids, as far as the person may see them. */
export function useNameOf(): (id: string | null) => string | undefined {
  const { person } = useSession();
  const names = new Map([...useApiKeys(), ...usePeople(), person].map(({ id, name }) => [id, name]));
  return (id) => (id === null ? undefined : names.get(id));
}
