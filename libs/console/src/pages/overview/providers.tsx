import { Anchor, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { Failed, Loading } from '../../components/states.js';
import { StatusBadge, TONE_OF_HEALTH } from '../../components/status-badge.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import classes from './overview.module.css';
import { overviewTexts } from './texts.js';

type Provider = Schemas['ProviderStateSchema'];

const BACKLOGS = ['overdueChecks', 'attemptsUnknown', 'webhooksLate'] as const;
const REFRESH_MS = 10_000;

export function Providers() {
  const t = useTexts(overviewTexts);
  const { data, error, refetch } = useQuery({
    queryKey: ['providers'],
    queryFn: ({ signal }) => answerOf(api.GET('/providers', { signal })),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Stack gap="xs" component="section" aria-label={t.providers}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t.providers}
        </Title>
        <Anchor component={Link} to="/providers" size="sm">
          {t.details}
        </Anchor>
      </Group>
      {data ? (
        data.data.length === 0 ? (
          <Text size="sm">{t.noProviders}</Text>
        ) : (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="xs">
            {data.data.map((one) => (
              <Card key={one.provider} state={one} />
            ))}
          </SimpleGrid>
        )
      ) : error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={2} />
      )}
    </Stack>
  );
}

function Card({ state: { provider, health, rails, backlog } }: { state: Provider }) {
  const t = useTexts(overviewTexts);
  const names = useTexts(valueTexts).rail;
  const closed = rails.filter(({ open }) => !open).map(({ rail }) => names[rail]);
  const late = BACKLOGS.flatMap((name) => {
    const count = backlog[name];
    return count === null || count === 0 ? [] : [t.backlog[name](count)];
  });
  const isUnknown = BACKLOGS.some((name) => backlog[name] === null);
  return (
    <div className={classes.tile}>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} truncate>
          {provider}
        </Text>
        <StatusBadge tone={TONE_OF_HEALTH[health]}>{t.health[health]}</StatusBadge>
      </Group>
      <Text size="sm" c={closed.length > 0 ? undefined : 'dimmed'}>
        {closed.length > 0 ? t.closed(closed.join(', ')) : t.allOpen}
      </Text>
      <Text size="sm" c={late.length > 0 ? undefined : 'dimmed'}>
        {late.length > 0 ? late.join(', ') : isUnknown ? t.unknownBacklog : t.noBacklog}
      </Text>
    </div>
  );
}
