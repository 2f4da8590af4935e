import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { useList } from '../../api/use-list.js';
import { ConfirmAction, ConfirmDialog } from '../../components/confirm-action.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { Moment } from '../../components/moment.js';
import { RowMenu } from '../../components/row-menu.js';
import { ShownOnce } from '../../components/shown-once.js';
import { StatusBadge } from '../../components/status-badge.js';
import { generalTexts } from '../../texts/general.js';
import { useLanguage } from '../../texts/language.js';
import { formatMoment } from '../../texts/moment.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { EndpointForm } from './endpoint-form.js';
import { notificationsTexts } from './texts.js';

type Endpoint = Schemas['WebhookEndpointSchema'];
const PAGE = 50;
const ROTATION_HOURS = 24;

export function Endpoints({ onMessage }: { onMessage: (notificationId: string) => void }) {
  const t = useTexts(notificationsTexts);
  const general = useTexts(generalTexts);
  const values = useTexts(valueTexts);
  const may = useMay();
  const [isCreating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string | undefined>(undefined);
  const list = useList<Endpoint>(['webhook-endpoints', 'list'], (cursor, signal) =>
    answerOf(api.GET('/webhook-endpoints', { params: { query: { limit: PAGE, cursor } }, signal })),
  );
  const columns: [Column<Endpoint>, ...Column<Endpoint>[]] = [
    {
      key: 'url',
      header: t.url,
      cell: ({ url, description }) => (
        <Stack gap={0} miw={0}>
          <Text inherit fw={500} style={{ overflowWrap: 'anywhere' }}>
            {url}
          </Text>
          {description !== null && (
            <Text size="xs" c="dimmed">
              {description}
            </Text>
          )}
        </Stack>
      ),
    },
    { key: 'status', header: t.status, cell: (endpoint) => <EndpointStatus endpoint={endpoint} /> },
    {
      key: 'events',
      header: t.events,
      cell: ({ eventTypes }) => (
        <span title={eventTypes?.map((type) => values.event[type]).join(', ')}>
          {eventTypes === null ? t.allEvents : t.someEvents(eventTypes.length)}
        </span>
      ),
    },
    {
      key: 'personal',
      header: t.personalData,
      cell: ({ includePersonalData }) => (includePersonalData ? general.yes : general.no),
    },
    { key: 'made', header: t.made, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
  if (may('endpoints:write'))
    columns.push({
      key: 'actions',
      header: t.actions,
      align: 'right',
      cell: (endpoint) => <EndpointActions endpoint={endpoint} onSecret={setSecret} onMessage={onMessage} />,
    });
  return (
    <Stack gap="md">
      {may('endpoints:write') && (
        <Group>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
            {t.create}
          </Button>
          <EndpointForm opened={isCreating} onClose={() => setCreating(false)} onSecret={setSecret} />
        </Group>
      )}
      <DataTable label={t.endpoints} list={list} columns={columns} empty={t.noEndpoints} />
      <ShownOnce value={secret} title={t.secret} hint={t.secretHint} onClose={() => setSecret(undefined)} />
    </Stack>
  );
}

function EndpointStatus({ endpoint }: { endpoint: Endpoint }) {
  const t = useTexts(notificationsTexts);
  const language = useLanguage();
  const { status, disabledReason, failingSince, previousSecretUntil } = endpoint;
  const isFailing = status === 'ENABLED' && failingSince !== null;
  return (
    <Stack gap={2} align="flex-start">
      <StatusBadge tone={isFailing ? 'attention' : status === 'ENABLED' ? 'good' : 'over'}>
        {isFailing ? t.failing : status === 'ENABLED' ? t.enabled : t.disabled}
      </StatusBadge>
      {disabledReason !== null && <Small>{t.reasons[disabledReason]}</Small>}
      {isFailing && <Small>{t.failingSince(formatMoment(failingSince, language))}</Small>}
      {previousSecretUntil !== null && <Small>{t.twoSecrets(formatMoment(previousSecretUntil, language))}</Small>}
    </Stack>
  );
}

function Small({ children }: { children: string }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}

type Dialog = 'edit' | 'switch' | 'rotate' | 'remove';

function EndpointActions({
  endpoint,
  onSecret,
  onMessage,
}: {
  endpoint: Endpoint;
  onSecret: (secret: string) => void;
  onMessage: (notificationId: string) => void;
}) {
  const t = useTexts(notificationsTexts);
  const queries = useQueryClient();
  const [dialog, setDialog] = useState<Dialog | undefined>(undefined);
  const { id, url, status } = endpoint;
  const params = { path: { id } };
  const isEnabled = status === 'ENABLED';
  const close = () => setDialog(undefined);
  const changed = () => void queries.invalidateQueries({ queryKey: ['webhook-endpoints'] });

  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      <ConfirmAction
        label={t.test}
        effect={t.testEffect(url)}
        button={{ size: 'xs', disabled: !isEnabled }}
        onConfirm={async () => {
          const { notificationId } = await answerOf(api.POST('/webhook-endpoints/{id}/test', { params }));
          void queries.invalidateQueries({ queryKey: ['notifications'] });
          onMessage(notificationId);
        }}
      />
      <RowMenu
        label={t.more(url)}
        actions={[
          { label: t.edit, run: () => setDialog('edit') },
          { label: isEnabled ? t.disable : t.enable, run: () => setDialog('switch') },
          { label: t.rotate, run: () => setDialog('rotate') },
          { label: t.remove, run: () => setDialog('remove'), isDangerous: true },
        ]}
      />
      <EndpointForm endpoint={endpoint} opened={dialog === 'edit'} onClose={close} onSecret={onSecret} />
      <ConfirmDialog
        label={isEnabled ? t.disable : t.enable}
        effect={isEnabled ? t.disableEffect : t.enableEffect}
        opened={dialog === 'switch'}
        onClose={close}
        onConfirm={async () => {
          const to = isEnabled ? 'DISABLED' : 'ENABLED';
          await answerOf(api.PATCH('/webhook-endpoints/{id}', { params, body: { status: to } }));
          changed();
        }}
      />
      <ConfirmDialog
        label={t.rotate}
        effect={t.rotateEffect(ROTATION_HOURS)}
        irreversible={t.rotateIrreversible(ROTATION_HOURS)}
        opened={dialog === 'rotate'}
        onClose={close}
        onConfirm={async () => {
          const { secret } = await answerOf(api.POST('/webhook-endpoints/{id}/rotate-secret', { params }));
          onSecret(secret);
          changed();
        }}
      />
      <ConfirmDialog
        label={t.remove}
        title={`${t.remove}: ${url}`}
        effect={t.removeEffect}
        irreversible={t.removeIrreversible}
        opened={dialog === 'remove'}
        onClose={close}
        onConfirm={async () => {
          await api.DELETE('/webhook-endpoints/{id}', { params });
          notifications.show({ message: t.removed });
          changed();
        }}
      />
    </Group>
  );
}
