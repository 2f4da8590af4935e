import { Badge, Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconUserPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { type Person, useApiKeys } from '../../api/actors.js';
import { answerOf, api } from '../../api/client.js';
import { ROLES } from '../../api/roles.js';
import { type Role, sessionQuery, useMay, useSession } from '../../api/session.js';
import { useList } from '../../api/use-list.js';
import { appTexts } from '../../app/texts.js';
import { ConfirmDialog } from '../../components/confirm-action.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { SelectFilter } from '../../components/filters.js';
import { Moment } from '../../components/moment.js';
import { Page } from '../../components/page.js';
import { ProblemAlert } from '../../components/problem.js';
import { RoleSelect } from '../../components/role-select.js';
import { type RowAction, RowMenu } from '../../components/row-menu.js';
import { ShownOnce } from '../../components/shown-once.js';
import { StatusBadge, type Tone } from '../../components/status-badge.js';
import { generalTexts } from '../../texts/general.js';
import { useLanguage } from '../../texts/language.js';
import { formatMoment } from '../../texts/moment.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { PERSON_STATUSES, type PeopleSearch } from './search.js';
import { peopleTexts } from './texts.js';

const TONES = { ACTIVE: 'good', INVITED: 'waiting', DISABLED: 'over' } as const satisfies Record<
  Person['status'],
  Tone
>;
const PAGE = 50;
const route = getRouteApi('/people');

type Act = 'role' | 'disable' | 'enable' | 'sessions' | 'invite';
type Invited = { name: string; url: string; until: string };

export function PeoplePage() {
  const t = useTexts(peopleTexts);
  const general = useTexts(generalTexts);
  const { pages } = useTexts(appTexts);
  const names = useTexts(valueTexts).role;
  const language = useLanguage();
  const may = useMay();
  const { person: me } = useSession();
  const queries = useQueryClient();
  const filters: PeopleSearch = route.useSearch();
  const navigate = useNavigate({ from: '/people' });
  const narrow = (change: Partial<PeopleSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const [acting, setActing] = useState<{ act: Act; person: Person; opening: number } | undefined>(undefined);
  const [dialog, { open: openDialog, close: closeDialog }] = useDisclosure(false);
  const [isInviting, { open: openInvite, close: closeInvite }] = useDisclosure(false);
  const [invited, setInvited] = useState<Invited | undefined>(undefined);

  const whole = useList<Person>(['people', 'list'], (cursor, signal) =>
    answerOf(api.GET('/people', { params: { query: { limit: PAGE, cursor } }, signal })),
  );
  const list = {
    ...whole,
    rows: whole.rows.filter(
      ({ role, status }) => (filters.role ?? role) === role && (filters.status ?? status) === status,
    ),
  };
  const isFiltered = filters.role !== undefined || filters.status !== undefined;

  const start = (act: Act, person: Person) => () => {
    setActing((before) => ({ act, person, opening: (before?.opening ?? 0) + 1 }));
    openDialog();
  };
  const showLink = (person: { name: string; invitationUrl: string; invitationEndsAt: string | null }) => {
    void queries.invalidateQueries({ queryKey: ['people'] });
    setInvited({ name: person.name, url: person.invitationUrl, until: person.invitationEndsAt ?? '' });
  };

  function actionsOf(person: Person): RowAction[] {
    if (!may('people:write')) return [];
    const { status } = person;
    return [
      ...(status === 'INVITED' ? [{ label: t.inviteAgain, run: start('invite', person) }] : []),
      { label: t.changeRole, run: start('role', person) },
      ...(status === 'ACTIVE' ? [{ label: t.endSessions, run: start('sessions', person), isDangerous: true }] : []),
      status === 'DISABLED'
        ? { label: t.enable, run: start('enable', person) }
        : { label: t.disable, run: start('disable', person), isDangerous: true },
    ];
  }

  const columns: readonly [Column<Person>, ...Column<Person>[]] = [
    {
      key: 'name',
      header: t.name,
      cell: ({ id, name }) => (
        <Group gap={6} wrap="nowrap">
          <Text span inherit fw={500}>
            {name}
          </Text>
          {id === me.id && (
            <Badge size="sm" variant="default" tt="none" fw={500}>
              {t.you}
            </Badge>
          )}
        </Group>
      ),
    },
    { key: 'email', header: t.email, cell: ({ email }) => email },
    { key: 'role', header: t.role, cell: ({ role }) => names[role] },
    {
      key: 'status',
      header: t.status,
      cell: ({ status, invitationEndsAt }) => (
        <div>
          <StatusBadge tone={TONES[status]}>{t.statuses[status]}</StatusBadge>
          {status === 'INVITED' && invitationEndsAt !== null && (
            <Text size="xs" c="dimmed">
              {Date.parse(invitationEndsAt) < Date.now()
                ? t.invitationOver
                : t.invitedUntil(formatMoment(invitationEndsAt, language))}
            </Text>
          )}
        </div>
      ),
    },
    {
      key: 'secondFactor',
      header: t.secondFactor,
      cell: ({ secondFactor, status }) => (status === 'INVITED' ? '—' : secondFactor ? general.yes : general.no),
    },
    { key: 'createdAt', header: t.since, cell: ({ createdAt }) => <Moment at={createdAt} form="day" /> },
    ...(may('people:write')
      ? [
          {
            key: 'actions',
            header: t.actions,
            align: 'right' as const,
            cell: (person: Person) => <RowMenu label={t.actionsOf(person.name)} actions={actionsOf(person)} />,
          },
        ]
      : []),
  ];

  return (
    <Page
      title={pages.people}
      hint={t.hint}
      actions={
        may('people:write') && (
          <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={openInvite}>
            {t.invite}
          </Button>
        )
      }
    >
      <Group gap="xs" align="flex-end" role="search">
        <SelectFilter
          label={t.role}
          names={ROLES.map((one) => [one, names[one]])}
          value={filters.role}
          onChange={(role) => narrow({ role })}
        />
        <SelectFilter
          label={t.status}
          names={PERSON_STATUSES.map((one) => [one, t.statuses[one]])}
          value={filters.status}
          onChange={(status) => narrow({ status })}
        />
        {isFiltered && (
          <Button variant="subtle" onClick={() => void navigate({ search: {}, replace: true })}>
            {general.clear}
          </Button>
        )}
      </Group>
      <DataTable label={pages.people} list={list} columns={columns} isFiltered={isFiltered} />
      <InviteDialog opened={isInviting} onClose={closeInvite} onInvited={showLink} />
      {acting && (
        <PersonDialog key={acting.opening} {...acting} opened={dialog} onClose={closeDialog} onInvited={showLink} />
      )}
      <ShownOnce
        value={invited?.url}
        title={invited ? t.linkTitle(invited.name) : ''}
        hint={invited ? t.linkHint(formatMoment(invited.until, language)) : ''}
        onClose={() => setInvited(undefined)}
      />
    </Page>
  );
}

type OnInvited = (person: { name: string; invitationUrl: string; invitationEndsAt: string | null }) => void;

/** What is typed stays when the dialog is closed, until the person is invited. */
function InviteDialog({ opened, onClose, onInvited }: { opened: boolean; onClose: () => void; onInvited: OnInvited }) {
  const t = useTexts(peopleTexts);
  const general = useTexts(generalTexts);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function invite(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const body = { name: name.trim(), email: email.trim(), role };
      onInvited(await answerOf(api.POST('/people', { body })));
      setName('');
      setEmail('');
      onClose();
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal
      opened={opened}
      onClose={isBusy ? () => undefined : onClose}
      title={t.invite}
      closeButtonProps={{ 'aria-label': general.close }}
    >
      <form onSubmit={(event) => void invite(event)}>
        <Stack>
          <TextInput
            label={t.name}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            withAsterisk={false}
            maxLength={120}
            autoComplete="off"
            data-autofocus
          />
          <TextInput
            label={t.email}
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            required
            withAsterisk={false}
            maxLength={254}
            autoComplete="off"
          />
          <RoleSelect label={t.role} value={role} onChange={setRole} />
          <Text size="sm" c="dimmed">
            {t.inviteHint}
          </Text>
          <ProblemAlert error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} disabled={isBusy}>
              {general.cancel}
            </Button>
            <Button type="submit" loading={isBusy}>
              {t.invite}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function PersonDialog({
  act,
  person,
  opened,
  onClose,
  onInvited,
}: {
  act: Act;
  person: Person;
  opened: boolean;
  onClose: () => void;
  onInvited: OnInvited;
}) {
  const t = useTexts(peopleTexts);
  const { person: me } = useSession();
  const queries = useQueryClient();
  const keys = useApiKeys().filter(({ personId, revokedAt }) => personId === person.id && revokedAt === null);
  const [role, setRole] = useState<Role>(person.role);
  const { id, name, email } = person;
  const isOwn = id === me.id;

  async function change(body: { role?: Role; disabled?: boolean }, message: string): Promise<void> {
    try {
      await answerOf(api.PATCH('/people/{id}', { params: { path: { id } }, body }));
      notifications.show({ message });
    } finally {
      await queries.invalidateQueries({ queryKey: ['people'] });
      if (isOwn) await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    }
  }
  const common = { opened, onClose };
  switch (act) {
    case 'role':
      return (
        <ConfirmDialog
          {...common}
          label={t.changeRole}
          effect={t.changeRoleEffect(name)}
          irreversible={isOwn ? t.ownRole : undefined}
          onConfirm={() => change({ role }, t.roleChanged(name))}
        >
          <RoleSelect label={t.role} value={role} onChange={setRole} data-autofocus />
        </ConfirmDialog>
      );
    case 'disable':
      return (
        <ConfirmDialog
          {...common}
          label={t.disable}
          effect={
            <Stack gap={4}>
              <Text size="sm">{t.disableEffect(name)}</Text>
              {keys.length > 0 && (
                <>
                  <Text size="sm">{t.disableKeys(keys.length)}</Text>
                  <List size="sm">
                    {keys.map((key) => (
                      <List.Item key={key.id}>{key.name}</List.Item>
                    ))}
                  </List>
                </>
              )}
            </Stack>
          }
          irreversible={isOwn ? `${t.disableIrreversible} ${t.disableOwn}` : t.disableIrreversible}
          onConfirm={() => change({ disabled: true }, t.disabled(name))}
        />
      );
    case 'enable':
      return (
        <ConfirmDialog
          {...common}
          label={t.enable}
          effect={t.enableEffect(name)}
          onConfirm={() => change({ disabled: false }, t.enabled(name))}
        />
      );
    case 'sessions':
      return (
        <ConfirmDialog
          {...common}
          label={t.endSessions}
          effect={t.endSessionsEffect(name)}
          irreversible={t.endSessionsIrreversible}
          onConfirm={async () => {
            await answerOf(api.DELETE('/people/{id}/sessions', { params: { path: { id } } }));
            notifications.show({ message: t.sessionsEnded(name) });
          }}
        />
      );
    case 'invite':
    default:
      return (
        <ConfirmDialog
          {...common}
          label={t.inviteAgain}
          effect={t.inviteAgainEffect(name)}
          irreversible={t.inviteAgainIrreversible}
          onConfirm={async () =>
            onInvited(await answerOf(api.POST('/people', { body: { email, name, role: person.role } })))
          }
        />
      );
  }
}
