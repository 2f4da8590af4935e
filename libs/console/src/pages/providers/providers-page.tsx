import { Group, Paper, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { appTexts } from '../../app/texts.js';
import { Moment } from '../../components/moment.js';
import { Page } from '../../components/page.js';
import { Empty, Failed, Loading } from '../../components/states.js';
import { StatusBadge, TONE_OF_HEALTH } from '../../components/status-badge.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import classes from './providers.module.css';
import { providersTexts } from './texts.js';

type State = Schemas['ProviderStateSchema'];
type Calls = Schemas['ProviderCallsSchema'];

const REFRESH_MS = 5_000;
const SHOWN_OF_REPLICA = 8;
const FAILURES_SHOWN = 10;

const ORDER: readonly State['health'][] = ['DOWN', 'DEGRADED', 'UP'];

/** Whether each provider answers, what waits for it, and what failed last. What is not well stands first. */
export function ProvidersPage() {
  const t = useTexts(providersTexts);
  const { pages } = useTexts(appTexts);
  const { data, error, refetch } = useQuery({
    queryKey: ['providers'],
    queryFn: ({ signal }) => answerOf(api.GET('/providers', { signal })),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Page title={pages.providers} hint={t.hint}>
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && data.data.length === 0 && <Empty>{t.empty}</Empty>}
      {data && (
        <>
          <div className={classes.cards}>
            {data.data
              .toSorted((one, other) => ORDER.indexOf(one.health) - ORDER.indexOf(other.health))
              .map((state) => (
                <Provider key={state.provider} state={state} />
              ))}
          </div>
          <Text size="xs" c="dimmed">
            {t.replica(data.replica.id.slice(0, SHOWN_OF_REPLICA))} <Moment at={data.replica.startedAt} />
          </Text>
        </>
      )}
    </Page>
  );
}

function Provider({ state }: { state: State }) {
  const t = useTexts(providersTexts);
  const values = useTexts(valueTexts);
  const { provider, health, enabled, rails, orders, questions, backlog, lastFailures } = state;
  const titleId = `provider-${provider}`;
  return (
    <Paper component="article" withBorder p="md" aria-labelledby={titleId}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4" id={titleId}>
            {provider}
          </Title>
          <StatusBadge tone={TONE_OF_HEALTH[health]}>{t.health[health]}</StatusBadge>
        </Group>
        {!enabled && <Text size="sm">{t.disabled}</Text>}
        {rails.length > 0 && (
          <Text size="sm">
            {rails
              .map(
                ({ rail, closedBecause }) =>
                  `${values.rail[rail]}: ${closedBecause === null ? t.open : t.closed[closedBecause]}`,
              )
              .join(' · ')}
          </Text>
        )}
        {(orders ?? questions) && (
          <table className={classes.facts} aria-label={t.calls}>
            <thead>
              <tr>
                <th scope="col">
                  <VisuallyHidden>{t.calls}</VisuallyHidden>
                </th>
                <th scope="col">{t.orders}</th>
                <th scope="col">{t.questions}</th>
              </tr>
            </thead>
            <tbody>
              <CallsRow name={t.breaker} of={({ breaker }) => t.breakers[breaker]} sides={[orders, questions]} />
              <CallsRow name={t.inFlight} of={({ inFlight }) => inFlight} sides={[orders, questions]} />
              <CallsRow name={t.waiting} of={({ waiting }) => waiting} sides={[orders, questions]} />
              <CallsRow
                name={t.lastSuccess}
                of={({ lastSuccessAt }) => <Moment at={lastSuccessAt} />}
                sides={[orders, questions]}
              />
              <CallsRow
                name={t.lastFailure}
                of={({ lastFailureAt }) => <Moment at={lastFailureAt} />}
                sides={[orders, questions]}
              />
            </tbody>
          </table>
        )}
        <div>
          <Title order={3} size="h6">
            {t.backlog}
          </Title>
          <table className={classes.facts} aria-label={t.backlog}>
            <tbody>
              <Fact name={t.overdueChecks} value={backlog.overdueChecks} />
              <Fact name={t.attemptsUnknown} value={backlog.attemptsUnknown} />
              <Fact name={t.webhooksLate} value={backlog.webhooksLate} />
              {backlog.oldestWebhookSeconds !== null && backlog.oldestWebhookSeconds > 0 && (
                <Fact name={t.oldestWebhook} value={t.seconds(Math.round(backlog.oldestWebhookSeconds))} />
              )}
            </tbody>
          </table>
        </div>
        <div>
          <Title order={3} size="h6">
            {t.failures}
          </Title>
          {lastFailures.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t.noFailures}
            </Text>
          ) : (
            <ul className={classes.failures}>
              {lastFailures.slice(0, FAILURES_SHOWN).map(({ at, firstAt, times, purpose, kind, status }) => (
                <li key={`${firstAt} ${purpose} ${kind}`}>
                  {`${t.failure[kind]}${status === null ? '' : ` (HTTP ${status})`}`}
                  <Text size="xs" c="dimmed">
                    {`${purpose === 'order' ? t.orders : t.questions} · ${t.times(times)} · `}
                    <Moment at={at} />
                  </Text>
                </li>
              ))}
            </ul>
          )}
        </div>
      </Stack>
    </Paper>
  );
}

function CallsRow({
  name,
  of,
  sides,
}: {
  name: string;
  of: (calls: Calls) => ReactNode;
  sides: readonly (Calls | null)[];
}) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {sides.map((calls, index) => (
        <td key={index}>{calls ? of(calls) : '—'}</td>
      ))}
    </tr>
  );
}

function Fact({ name, value }: { name: string; value: number | string | null }) {
  const t = useTexts(providersTexts);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{value ?? t.unknown}</td>
    </tr>
  );
}
