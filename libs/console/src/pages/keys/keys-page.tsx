import { Button, List, Select, Stack, Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type ApiKey, useApiKeys, useNameOf } from '../../api/actors.js';
import { answerOf, api } from '../../api/client.js';
import { useMay, useSession } from '../../api/session.js';
import { useList } from '../../api/use-list.js';
import { appTexts } from '../../app/texts.js';
import { ConfirmDialog } from '../../components/confirm-action.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { Expiry } from '../../components/expiry.js';
import { Moment } from '../../components/moment.js';
import { Page } from '../../components/page.js';
import { type RowAction, RowMenu } from '../../components/row-menu.js';
import { ShownOnce } from '../../components/shown-once.js';
import { StatusBadge } from '../../components/status-badge.js';
import { useNow } from '../../components/use-now.js';
import { useLanguage } from '../../texts/language.js';
import { formatMoment } from '../../texts/moment.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { CreateKey } from './create-key.js';
import classes from './keys.module.css';
import type { KeysSearch } from './search.js';
import { endsWith, stateOf, TONES } from './state.js';
import { keysTexts } from './texts.js';

const PAGE = 50;
const MS_PER_HOUR = 3_600_000;
const OVERLAPS = ['0', '1', '24', '72', '168'] as const;
type Overlap = (typeof OVERLAPS)[number];
const route = getRouteApi('/keys');

type Act = 'rotate' | 'revoke';
interface Shown {
  name: string;
  key: string;
}

export function KeysPage() {
  const t = useTexts(keysTexts);
  const { pages } = useTexts(appTexts);
  const roles = useTexts(valueTexts).role;
  const language = useLanguage();
  const may = useMay();
  const { person: me } = useSession();
  const nameOf = useNameOf();
  const { show }: KeysSearch = route.useSearch();
  const navigate = useNavigate({ from: '/keys' });
  const [acting, setActing] = useState<{ act: Act; apiKey: ApiKey; opening: number } | undefined>(undefined);
  const [dialog, { open: openDialog, close: closeDialog }] = useDisclosure(false);
  const [isCreating, { open: openCreate, close: closeCreate }] = useDisclosure(false);
  const [shown, setShown] = useState<Shown | undefined>(undefined);

  const whole = useList<ApiKey>(['api-keys', 'list'], (cursor, signal) =>
    answerOf(api.GET('/api-keys', { params: { query: { limit: PAGE, cursor } }, signal })),
  );
  const now = useNow();
  const list = {
    ...whole,
    rows: show === 'all' ? whole.rows : whole.rows.filter((key) => ['ACTIVE', 'SOON'].includes(stateOf(key, now))),
  };

  const start = (act: Act, apiKey: ApiKey) => () => {
    setActing((before) => ({ act, apiKey, opening: (before?.opening ?? 0) + 1 }));
    openDialog();
  };
  function actionsOf(apiKey: ApiKey): RowAction[] {
    if (!may('keys:write') || apiKey.revokedAt !== null) return [];
    const isOthers = apiKey.personId !== null && apiKey.personId !== me.id;
    return [
      { label: t.rotate, run: start('rotate', apiKey), refused: isOthers ? t.notYours : undefined },
      { label: t.revoke, run: start('revoke', apiKey), isDangerous: true },
    ];
  }

  const columns: readonly [Column<ApiKey>, ...Column<ApiKey>[]] = [
    {
      key: 'name',
      header: t.name,
      cell: ({ name, createdAt, createdBy }) => (
        <div>
          <Text span inherit fw={500}>
            {name}
          </Text>
          <Text size="xs" c="dimmed">
            {`${formatMoment(createdAt, language, 'day')}, ${t.madeBy(createdBy === null ? t.commandLine : (nameOf(createdBy) ?? t.somebody))}`}
          </Text>
        </div>
      ),
    },
    { key: 'may', header: t.may, cell: ({ role, scopes }) => (role ? roles[role] : <Scopes scopes={scopes} />) },
    {
      key: 'actsFor',
      header: t.actsFor,
      cell: ({ personId }) => (personId === null ? t.nobody : (nameOf(personId) ?? t.somebody)),
    },
    {
      key: 'lastUsed',
      header: t.lastUsed,
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? t.never : <Moment at={lastUsedAt} />),
    },
    {
      key: 'expires',
      header: t.expires,
      cell: ({ expiresAt }) => (expiresAt === null ? t.never : <Expiry at={expiresAt} />),
    },
    ...(list.rows.some(({ allowedNetworks }) => allowedNetworks !== null)
      ? [
          {
            key: 'networks',
            header: t.networks,
            cell: ({ allowedNetworks }: ApiKey) => allowedNetworks?.join(', ') ?? t.anywhere,
          },
        ]
      : []),
    {
      key: 'status',
      header: t.status,
      cell: (key) => {
        const state = stateOf(key, now);
        const { previousKeyUntil, revokedAt } = key;
        return (
          <div>
            <StatusBadge tone={TONES[state]}>{t.states[state]}</StatusBadge>
            {revokedAt !== null ? (
              <Text size="xs" c="dimmed">
                {t.revokedAt(formatMoment(revokedAt, language))}
              </Text>
            ) : (
              previousKeyUntil !== null &&
              Date.parse(previousKeyUntil) > now && (
                <Text size="xs" c="dimmed">
                  {t.previousUntil(formatMoment(previousKeyUntil, language))}
                </Text>
              )
            )}
          </div>
        );
      },
    },
    ...(may('keys:write')
      ? [
          {
            key: 'actions',
            header: t.actions,
            align: 'right' as const,
            cell: (key: ApiKey) => <RowMenu label={t.actionsOf(key.name)} actions={actionsOf(key)} />,
          },
        ]
      : []),
  ];

  return (
    <Page
      title={pages.keys}
      hint={t.hint}
      actions={
        may('keys:write') && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={openCreate}>
            {t.create}
          </Button>
        )
      }
    >
      <Switch
        label={t.showAll}
        checked={show === 'all'}
        onChange={({ currentTarget: { checked } }) =>
          void navigate({ search: { show: checked ? 'all' : undefined }, replace: true })
        }
      />
      <DataTable
        label={pages.keys}
        list={list}
        columns={columns}
        isFiltered={whole.rows.length > list.rows.length}
        empty={t.empty}
      />
      <CreateKey opened={isCreating} onClose={closeCreate} onCreated={setShown} />
      {acting?.act === 'rotate' && (
        <Rotate
          key={acting.opening}
          apiKey={acting.apiKey}
          opened={dialog}
          onClose={closeDialog}
          onRotated={setShown}
        />
      )}
      {acting?.act === 'revoke' && (
        <Revoke key={acting.opening} apiKey={acting.apiKey} opened={dialog} onClose={closeDialog} />
      )}
      <ShownOnce
        value={shown?.key}
        title={shown ? t.keyTitle(shown.name) : ''}
        hint={t.keyHint}
        onClose={() => setShown(undefined)}
      />
    </Page>
  );
}

function Scopes({ scopes }: { scopes: readonly string[] }) {
  const t = useTexts(keysTexts);
  return (
    <details className={classes.scopes}>
      <summary>{t.scopes(scopes.length)}</summary>
      <ul>
        {scopes.map((scope) => (
          <li key={scope}>{scope}</li>
        ))}
      </ul>
    </details>
  );
}

interface OfKey {
  apiKey: ApiKey;
  opened: boolean;
  onClose: () => void;
}

function Rotate({ apiKey: { id, name }, opened, onClose, onRotated }: OfKey & { onRotated: (shown: Shown) => void }) {
  const t = useTexts(keysTexts);
  const language = useLanguage();
  const queries = useQueryClient();
  const [hours, setHours] = useState<Overlap>('24');
  const until = formatMoment(new Date(useNow() + Number(hours) * MS_PER_HOUR), language);
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      label={t.rotate}
      effect={t.rotateEffect(name)}
      irreversible={hours === '0' ? t.rotateIrreversible : undefined}
      onConfirm={async () => {
        try {
          const body = { overlapHours: Number(hours) };
          onRotated(await answerOf(api.POST('/api-keys/{id}/rotate', { params: { path: { id } }, body })));
        } finally {
          await queries.invalidateQueries({ queryKey: ['api-keys'] });
        }
      }}
    >
      <Select
        label={t.overlap}
        description={hours === '0' ? undefined : t.overlapEnds(until)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={OVERLAPS.map((value) => ({ value, label: t.overlaps[value] }))}
        value={hours}
        onChange={(value) => setHours((before) => OVERLAPS.find((one) => one === value) ?? before)}
        allowDeselect={false}
        data-autofocus
      />
    </ConfirmDialog>
  );
}

function Revoke({ apiKey: { id, name, lastUsedAt }, opened, onClose }: OfKey) {
  const t = useTexts(keysTexts);
  const language = useLanguage();
  const queries = useQueryClient();
  const ending = endsWith(id, useApiKeys());
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      label={t.revoke}
      effect={
        <Stack gap={4}>
          <Text size="sm">{t.revokeEffect(name)}</Text>
          <Text size="sm">
            {lastUsedAt === null ? t.neverUsedHint : t.lastUsedHint(formatMoment(lastUsedAt, language))}
          </Text>
          <Text size="sm">{ending.length === 0 ? t.revokeNoMore : t.revokeMore(ending.length)}</Text>
          {ending.length > 0 && (
            <List size="sm">
              {ending.map((key) => (
                <List.Item key={key.id}>{key.name}</List.Item>
              ))}
            </List>
          )}
        </Stack>
      }
      irreversible={t.revokeIrreversible}
      onConfirm={async () => {
        try {
          await answerOf(api.POST('/api-keys/{id}/revoke', { params: { path: { id } } }));
          notifications.show({ message: t.revoked(name) });
        } finally {
          await queries.invalidateQueries({ queryKey: ['api-keys'] });
        }
      }}
    />
  );
}
