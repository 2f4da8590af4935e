import { Alert, Button, Drawer, Group, List, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import classes from '../components.module.css';
import { ConfirmAction } from '../confirm-action.js';
import { CopyButton } from '../copy-button.js';
import { Facts } from '../facts.js';
import { Moment } from '../moment.js';
import { indented, RawText } from '../raw-text.js';
import { Failed, Loading } from '../states.js';
import { WebhookStatusBadge } from '../status-badge.js';
import { webhookTexts } from './texts.js';

type Webhook = Schemas['InboundWebhookSchema'];

/** One received webhook. Its body is asked for only when somebody wants to see it, as that is kept in the audit log. */
export function WebhookDrawer({
  id,
  known,
  onClose,
}: {
  id: string | undefined;
  /** As it stands in a list. */
  known: Webhook | undefined;
  onClose: () => void;
}) {
  const t = useTexts(webhookTexts);
  const { close } = useTexts(generalTexts);
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={t.webhook}
      closeButtonProps={{ 'aria-label': close }}
    >
      {id !== undefined && <OneWebhook key={id} id={id} known={known} />}
    </Drawer>
  );
}

function OneWebhook({ id, known }: { id: string; known: Webhook | undefined }) {
  const t = useTexts(webhookTexts);
  const values = useTexts(valueTexts);
  const may = useMay();
  const queries = useQueryClient();
  const [isBodyWanted, setBodyWanted] = useState(false);
  const [replayed, setReplayed] = useState<Webhook | undefined>(undefined);
  const {
    data: detail,
    error,
    refetch,
  } = useQuery({
    queryKey: ['inbound-webhooks', 'one', id],
    queryFn: ({ signal }) => answerOf(api.GET('/inbound-webhooks/{id}', { params: { path: { id } }, signal })),
    enabled: isBodyWanted,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  // A list that is narrowed may not have it any more once it is applied again.
  const webhook = known ?? replayed ?? detail;

  async function replay(): Promise<void> {
    setReplayed(await answerOf(api.POST('/inbound-webhooks/{id}/replay', { params: { path: { id } } })));
    await queries.invalidateQueries({ queryKey: ['inbound-webhooks', 'list'] });
    void queries.invalidateQueries({ queryKey: ['payins'] });
    notifications.show({ message: t.replayed });
  }

  return (
    <Stack>
      {webhook && (
        <Facts
          label={t.webhookOf(webhook.provider)}
          facts={[
            [t.status, <WebhookStatusBadge key="status" status={webhook.status} />],
            [t.outcome, webhook.outcome && values.inboxOutcome[webhook.outcome]],
            [t.provider, webhook.provider],
            [t.order, webhook.providerReference],
            webhook.payinId !== null && [
              t.payin,
              <Link key="payin" className={classes.link} to="/payins/$id" params={{ id: webhook.payinId }}>
                {t.openPayin}
              </Link>,
            ],
            [t.received, <Moment key="received" at={webhook.receivedAt} />],
            webhook.appliedAt !== null && [t.applied, <Moment key="applied" at={webhook.appliedAt} />],
            [t.deliveries, webhook.deliveries],
            [t.verifiedBy, webhook.verifiedBy],
            [t.attempts, webhook.attempts],
            webhook.nextAttemptAt !== null && [t.nextAttempt, <Moment key="next" at={webhook.nextAttemptAt} />],
            [t.lastError, webhook.lastError],
          ]}
        />
      )}
      {may('inbox:write') && (
        <Group>
          <ConfirmAction label={t.replay} effect={t.replayEffect} onConfirm={replay} />
        </Group>
      )}
      <Title order={3} size="h5">
        {t.body}
      </Title>
      {!isBodyWanted && (
        <div>
          <Button variant="default" onClick={() => setBodyWanted(true)}>
            {t.showBody}
          </Button>
          <Text size="xs" c="dimmed" mt={4}>
            {t.bodyHint}
          </Text>
        </div>
      )}
      {isBodyWanted && !detail && !error && <Loading rows={3} />}
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {detail && <Body detail={detail} />}
    </Stack>
  );
}

function Body({ detail: { body, bodyEncoding, events } }: { detail: Schemas['InboundWebhookDetailSchema'] }) {
  const t = useTexts(webhookTexts);
  const values = useTexts(valueTexts);
  const readable = body !== null && bodyEncoding === 'utf8' ? indented(body) : undefined;
  const [form, setForm] = useState<'exact' | 'readable'>('exact');
  return (
    <>
      {body === null ? (
        <Text c="dimmed">{t.forgotten}</Text>
      ) : (
        <>
          <Group justify="space-between">
            {readable !== undefined && (
              <SegmentedControl
                size="xs"
                aria-label={t.body}
                value={form}
                onChange={(value) => setForm(value)}
                data={[
                  { value: 'exact', label: t.exact },
                  { value: 'readable', label: t.readable },
                ]}
              />
            )}
            <CopyButton value={body} what={t.body} />
          </Group>
          {bodyEncoding === 'base64' && <Alert color="gray">{t.base64}</Alert>}
          <RawText label={t.body}>{form === 'readable' && readable !== undefined ? readable : body}</RawText>
        </>
      )}
      <Title order={3} size="h5">
        {t.events}
      </Title>
      {events.length === 0 ? (
        <Text c="dimmed" size="sm">
          {t.noEvents}
        </Text>
      ) : (
        <List size="sm">
          {events.map(({ sequence, type, at }) => (
            <List.Item key={sequence}>
              {values.event[type]} · <Moment at={at} form="time" />
            </List.Item>
          ))}
        </List>
      )}
    </>
  );
}
