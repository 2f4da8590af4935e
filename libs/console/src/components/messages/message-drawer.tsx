import { Drawer, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { CopyButton } from '../copy-button.js';
import classes from '../components.module.css';
import { Facts } from '../facts.js';
import { Moment } from '../moment.js';
import { indented, RawText } from '../raw-text.js';
import { Failed, Loading } from '../states.js';
import { MessageStatusBadge } from '../status-badge.js';
import { useTargetOf } from './message-target.js';
import { ResendMessage } from './resend-message.js';
import { messageTexts } from './texts.js';

const UNDER_WAY_MS = 2_000;
const AT_REST_MS = 10_000;

/** One message: what was sent, how each attempt went, and sending it again. */
export function MessageDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const t = useTexts(messageTexts);
  const { close } = useTexts(generalTexts);
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={t.message}
      closeButtonProps={{ 'aria-label': close }}
    >
      {id !== undefined && <OneMessage key={id} id={id} />}
    </Drawer>
  );
}

function OneMessage({ id }: { id: string }) {
  const t = useTexts(messageTexts);
  const values = useTexts(valueTexts);
  const may = useMay();
  const targetOf = useTargetOf();
  const { data, error, refetch } = useQuery({
    queryKey: ['notifications', 'one', id],
    queryFn: ({ signal }) => answerOf(api.GET('/notifications/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === 'PENDING' ? UNDER_WAY_MS : AT_REST_MS),
  });
  if (!data) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
  return (
    <Stack>
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      <Facts
        label={t.message}
        facts={[
          [t.status, <MessageStatusBadge key="status" status={data.status} />],
          [
            t.event,
            <span key="event">
              {values.event[data.type]} <Text span size="xs" c="dimmed">{`${data.type} · ${data.sequence}`}</Text>
            </span>,
          ],
          [t.target, targetOf(data)],
          data.payinId !== null && [
            t.payin,
            <Link key="payin" className={classes.link} to="/payins/$id" params={{ id: data.payinId }}>
              {t.openPayin}
            </Link>,
          ],
          [
            t.webhookId,
            <Group key="id" gap={4} wrap="nowrap">
              {data.webhookId}
              <CopyButton value={data.webhookId} what={t.webhookId} />
            </Group>,
          ],
          [t.created, <Moment key="created" at={data.createdAt} />],
          data.deliveredAt !== null && [t.delivered, <Moment key="delivered" at={data.deliveredAt} />],
          data.nextAttemptAt !== null && [t.next, <Moment key="next" at={data.nextAttemptAt} />],
        ]}
      />
      {may('notifications:write') && (
        <Group>
          <ResendMessage message={data} />
        </Group>
      )}
      <Title order={3} size="h5">
        {t.attempts}
      </Title>
      <Attempts attempts={data.attempts} />
      <details>
        <Text component="summary" size="sm">
          {t.showBody}
        </Text>
        <RawText label={t.body}>{indented(data.body) ?? data.body}</RawText>
      </details>
    </Stack>
  );
}

function Attempts({ attempts }: { attempts: readonly Schemas['DeliveryAttemptSchema'][] }) {
  const t = useTexts(messageTexts);
  if (attempts.length === 0)
    return (
      <Text c="dimmed" size="sm">
        {t.noAttempts}
      </Text>
    );
  return (
    <Table aria-label={t.attempts} verticalSpacing={4}>
      <Table.Tbody>
        {attempts.map(({ number, at, result, status, durationMs, firstBytes }) => (
          <Table.Tr key={number}>
            <Table.Td>{t.attempt(number)}</Table.Td>
            <Table.Td>
              <Moment at={at} />
            </Table.Td>
            <Table.Td className={classes.anywhere}>
              {result}
              {status === null && ` (${t.noAnswer})`}
              {firstBytes !== null && firstBytes !== '' && (
                <Text size="xs" c="dimmed" className={classes.anywhere}>{`${t.answered}: ${firstBytes}`}</Text>
              )}
            </Table.Td>
            <Table.Td ta="right" className={classes.money}>
              {t.ms(durationMs)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
