import { Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answerOf, api } from '../../api/client.js';
import { Money } from '../../components/money.js';
import { Failed, Loading } from '../../components/states.js';
import { formatCount } from '../../texts/figures.js';
import { useTexts } from '../../texts/texts.js';
import classes from './overview.module.css';
import { PLACES, type Task } from './tasks.js';
import { overviewTexts } from './texts.js';

const REFRESH_MS = 10_000;

export function useTasks() {
  return useQuery({
    queryKey: ['worklist'],
    queryFn: ({ signal }) => answerOf(api.GET('/worklist', { signal })),
    refetchInterval: REFRESH_MS,
  });
}

/** What the person can do now, and then what others have to do. */
export function Waiting() {
  const t = useTexts(overviewTexts);
  const { data, error, refetch } = useTasks();
  if (!data) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading rows={2} />;
  const waiting = data.data.filter(({ count }) => count > 0);
  const own = waiting.filter(({ mayAct }) => mayAct);
  const others = waiting.filter(({ mayAct }) => !mayAct);
  return (
    <Stack gap="xs" component="section" aria-label={t.waits}>
      <Title order={2} size="h4">
        {t.waits}
      </Title>
      {own.length === 0 ? (
        <Group gap={6}>
          <IconCircleCheck size={18} aria-hidden color="var(--mantine-color-teal-6)" />
          <Text size="sm">{t.nothingWaits}</Text>
        </Group>
      ) : (
        <Tasks tasks={own} />
      )}
      {others.length > 0 && (
        <>
          <Title order={3} size="h6" c="dimmed">
            {t.alsoWaits}
          </Title>
          <Tasks tasks={others} />
        </>
      )}
    </Stack>
  );
}

function Tasks({ tasks }: { tasks: readonly Task[] }) {
  const t = useTexts(overviewTexts);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="xs">
      {tasks.map(({ kind, count, hasMore, amountInCents }) => (
        <Link key={kind} to={PLACES[kind].to} search={PLACES[kind].search as never} className={classes.tile}>
          <Text size="sm" c="dimmed">
            {t.task[kind]}
          </Text>
          <Group justify="space-between" align="baseline" gap="xs">
            <span className={classes.value}>{hasMore ? t.moreThan(formatCount(count)) : formatCount(count)}</span>
            {amountInCents !== null && (
              <Text size="sm">
                <Money cents={amountInCents} />
              </Text>
            )}
          </Group>
        </Link>
      ))}
    </SimpleGrid>
  );
}
