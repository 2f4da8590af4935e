import { Center, Skeleton, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconInbox, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Scope } from '../api/session.js';
import { generalTexts } from '../texts/general.js';
import { useTexts } from '../texts/texts.js';
import { ProblemAlert } from './problem.js';

/** Nothing is there, or nothing was found: says which, and what to do. */
export function Empty({ children, action }: { children?: ReactNode; action?: ReactNode }) {
  const t = useTexts(generalTexts);
  return (
    <Center mih={200} data-state="empty">
      <Stack align="center" gap="xs">
        <ThemeIcon variant="default" size={48} radius="xl">
          <IconInbox aria-hidden />
        </ThemeIcon>
        <Text c="dimmed">{children ?? t.empty}</Text>
        {action}
      </Stack>
    </Center>
  );
}

/** As much room as what comes will take. */
export function Loading({ rows = 6 }: { rows?: number }) {
  const t = useTexts(generalTexts);
  return (
    <Stack gap="sm" role="status" aria-label={t.loading} data-state="loading">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={28} radius="sm" />
      ))}
    </Stack>
  );
}

export function Failed({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  return (
    <div data-state="failed">
      <ProblemAlert error={error} onRetry={onRetry} />
    </div>
  );
}

export function Forbidden({ scope }: { scope: Scope }) {
  const t = useTexts(generalTexts);
  return (
    <Center mih={240} data-state="forbidden">
      <Stack align="center" gap="xs" maw={420}>
        <ThemeIcon variant="default" size={48} radius="xl">
          <IconLock aria-hidden />
        </ThemeIcon>
        <Text fw={600}>{t.forbidden}</Text>
        <Text c="dimmed" size="sm" ta="center">
          {t.forbiddenHint(scope)}
        </Text>
      </Stack>
    </Center>
  );
}
