import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { ConfirmDialog } from '../../components/confirm-action.js';
import { DaysFilter, SelectFilter } from '../../components/filters.js';
import { useEndpoints } from '../../components/messages/message-target.js';
import { ProblemAlert } from '../../components/problem.js';
import { dayInBogota } from '../../texts/moment.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import type { NotificationsSearch } from './search.js';
import { notificationsTexts } from './texts.js';
import type { Range, Resending } from './use-resend-range.js';
import { MESSAGE_STATUSES } from './values.js';

/** The button and its form: it begins with the filters of the list. */
export function ResendRange({ resend, search }: { resend: Resending; search: NotificationsSearch }) {
  const t = useTexts(notificationsTexts);
  const { messageStatus } = useTexts(valueTexts);
  const { data: endpoints } = useEndpoints();
  const [range, setRange] = useState<Partial<Range> | undefined>(undefined);
  const [opened, setOpened] = useState(false);
  const [isWrong, setWrong] = useState(false);
  const today = dayInBogota();
  const { from, to, status, endpointId } = range ?? {};
  const change = (next: Partial<Range>) => {
    setWrong(false);
    setRange((before) => ({ ...before, ...next }));
  };

  function open(): void {
    setRange((before) => before ?? { from: today, to: today, status: 'FAILED', ...narrowed(search) });
    setOpened(true);
  }

  return (
    <>
      <Button variant="default" onClick={open} disabled={resend.state === 'running'}>
        {t.resendRange}
      </Button>
      <ConfirmDialog
        label={t.resendRange}
        effect={t.resendEffect(t.ofStatus[status ?? 'any'], from ?? '…', to ?? '…')}
        irreversible={t.resendIrreversible}
        opened={opened}
        onClose={() => setOpened(false)}
        isComplete={() => {
          const isRight = from !== undefined && to !== undefined && from <= to;
          setWrong(!isRight);
          return isRight;
        }}
        // The dialog closes, the page shows how it goes on.
        onConfirm={() => {
          resend.start({ from: from!, to: to!, status, endpointId });
          setRange(undefined);
          return Promise.resolve();
        }}
      >
        <Group gap="xs" align="flex-end">
          <DaysFilter from={from} to={to} onChange={change} />
          <SelectFilter
            label={t.status}
            names={MESSAGE_STATUSES.map((one) => [one, messageStatus[one]])}
            value={status}
            onChange={(value) => change({ status: value })}
          />
          <SelectFilter
            label={t.target}
            names={(endpoints?.data ?? []).map(({ id, url }) => [id, url])}
            value={endpointId}
            onChange={(value) => change({ endpointId: value })}
            width={260}
          />
        </Group>
        {isWrong && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {t.daysNeeded}
          </Text>
        )}
      </ConfirmDialog>
    </>
  );
}

function narrowed({ from, to, status, endpointId }: NotificationsSearch): Partial<Range> {
  return Object.fromEntries(
    Object.entries({ from, to, status, endpointId }).filter(([, value]) => value !== undefined),
  );
}

/** How a period that is being sent again goes on. */
export function ResendProgress({ resend }: { resend: Resending }) {
  const t = useTexts(notificationsTexts);
  const { state, resent, percent, error, stop, goOn, dismiss } = resend;
  if (state === 'idle') return null;
  const said = {
    running: t.resending(resent),
    done: t.resent(resent),
    stopped: t.stopped(resent),
    failed: t.stopped(resent),
  }[state];
  return (
    <Alert color={state === 'done' ? 'teal' : state === 'failed' ? 'red' : 'blue'}>
      <Stack gap="xs">
        <Text size="sm" aria-live="polite">
          {said}
        </Text>
        {state !== 'done' && <Progress value={percent} aria-label={t.resendRange} animated={state === 'running'} />}
        {state === 'failed' && <ProblemAlert error={error} />}
        <Group gap="xs">
          {state === 'running' && (
            <Button size="xs" variant="default" onClick={stop}>
              {t.stop}
            </Button>
          )}
          {(state === 'failed' || state === 'stopped') && (
            <Button size="xs" onClick={goOn}>
              {t.goOn}
            </Button>
          )}
          {state !== 'running' && (
            <Button size="xs" variant="default" onClick={dismiss}>
              {t.dismiss}
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
