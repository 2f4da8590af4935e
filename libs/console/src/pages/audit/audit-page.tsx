import { Button, Group, Text, UnstyledButton } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useApiKeys, usePeople } from '../../api/actors.js';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useSession } from '../../api/session.js';
import { useList } from '../../api/use-list.js';
import { appTexts } from '../../app/texts.js';
import { CsvButton } from '../../components/csv-button.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { DaysFilter, SelectFilter, TextFilter } from '../../components/filters.js';
import { Moment } from '../../components/moment.js';
import { Page } from '../../components/page.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { Changes } from './changes.js';
import type { AuditSearch } from './search.js';
import { auditTexts } from './texts.js';
import { ACTOR_TYPES } from './values.js';

type Entry = Schemas['AuditEntrySchema'];

const PAGE = 50;
const SUBJECT = /^[A-Za-z0-9._-]{1,64}$/;
const SHORT_ID = 8;
const route = getRouteApi('/audit');

function csvPath(filters: AuditSearch): string {
  const given = Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `/audit-log?${new URLSearchParams(given).toString()}`;
}

export function AuditPage() {
  const t = useTexts(auditTexts);
  const general = useTexts(generalTexts);
  const { pages } = useTexts(appTexts);
  const { person: me } = useSession();
  const filters: AuditSearch = route.useSearch();
  const navigate = useNavigate({ from: '/audit' });
  const narrow = (change: Partial<AuditSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const people = usePeople();
  const keys = useApiKeys();
  const nameOfPerson = (id: string) =>
    id === me.id ? t.you : (people.find((one) => one.id === id)?.name ?? t.unknownPerson);
  const nameOfKey = (id: string) => keys.find((one) => one.id === id)?.name ?? t.unknownKey;
  const actionName = (action: string) => t.actions[action as keyof typeof t.actions] ?? action;

  const list = useList<Entry>(['audit', filters], (cursor, signal) =>
    answerOf(api.GET('/audit-log', { params: { query: { ...filters, limit: PAGE, cursor } }, signal })),
  );
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const actors = [
    ...people.map(({ id, name, email }) => [id, `${name} · ${email}`] as const),
    ...keys.map(({ id, name }) => [id, `${t.actorTypes.API_KEY}: ${name}`] as const),
  ];
  const knownActions = Object.entries(t.actions);
  const actions =
    filters.action === undefined || filters.action in t.actions
      ? knownActions
      : [[filters.action, filters.action] as const, ...knownActions];

  const columns: readonly [Column<Entry>, ...Column<Entry>[]] = [
    { key: 'at', header: t.at, cell: ({ at }) => <Moment at={at} /> },
    {
      key: 'who',
      header: t.who,
      cell: ({ actor: { type, personId, apiKeyId } }) => (
        <div>
          <Text span inherit fw={500}>
            {personId !== null ? nameOfPerson(personId) : apiKeyId !== null ? nameOfKey(apiKeyId) : t.actorTypes[type]}
          </Text>
          {personId !== null && apiKeyId !== null && (
            <Text size="xs" c="dimmed">
              {t.byKey(nameOfKey(apiKeyId))}
            </Text>
          )}
          {personId === null && apiKeyId !== null && (
            <Text size="xs" c="dimmed">
              {t.actorTypes.API_KEY}
            </Text>
          )}
        </div>
      ),
    },
    {
      key: 'what',
      header: t.what,
      cell: ({ action }) => (
        <div>
          <div>{actionName(action)}</div>
          <Text size="xs" c="dimmed" ff="monospace">
            {action}
          </Text>
        </div>
      ),
    },
    {
      key: 'subject',
      header: t.subject,
      cell: ({ subject: { type, id } }) => {
        if (id === null) return '—';
        const name =
          type === 'person'
            ? nameOfPerson(id)
            : type === 'key'
              ? nameOfKey(id)
              : id.length > SHORT_ID
                ? `…${id.slice(-SHORT_ID)}`
                : id;
        return (
          <UnstyledButton
            fz="sm"
            c="var(--mantine-color-anchor)"
            title={id}
            aria-label={t.onlyThis(name)}
            onClick={() => narrow({ subject: id, subjectType: type })}
          >
            {name}
          </UnstyledButton>
        );
      },
    },
    { key: 'changes', header: t.changes, cell: ({ before, after }) => <Changes before={before} after={after} /> },
    { key: 'address', header: t.address, cell: ({ address }) => address ?? '—' },
  ];

  return (
    <Page title={pages.audit} hint={t.hint} actions={<CsvButton path={csvPath(filters)} name="audit-log.csv" />}>
      <Group gap="xs" align="flex-end" role="search">
        <SelectFilter
          label={t.who}
          names={actors}
          value={filters.actor}
          onChange={(actor) => narrow({ actor })}
          isWide
        />
        <SelectFilter
          label={t.actorType}
          names={ACTOR_TYPES.map((one) => [one, t.actorTypes[one]])}
          value={filters.actorType}
          onChange={(actorType) => narrow({ actorType })}
          width={160}
        />
        <SelectFilter
          label={t.action}
          names={actions}
          value={filters.action}
          onChange={(action) => narrow({ action })}
          isWide
        />
        <TextFilter
          label={t.subjectId}
          placeholder={t.subjectHint}
          value={filters.subject}
          onChange={(subject) => narrow({ subject, subjectType: undefined })}
          maxLength={64}
          pattern={SUBJECT}
        />
        <DaysFilter from={filters.from} to={filters.to} onChange={narrow} />
        {isFiltered && (
          <Button variant="subtle" onClick={() => void navigate({ search: {}, replace: true })}>
            {general.clear}
          </Button>
        )}
      </Group>
      <DataTable label={pages.audit} list={list} columns={columns} isFiltered={isFiltered} empty={t.empty} />
    </Page>
  );
}
