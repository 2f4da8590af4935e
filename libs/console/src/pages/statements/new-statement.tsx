import '@mantine/dates/styles.css';
import { Button, Group, NativeSelect, Paper, Progress, Stack, Text } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { ConfirmAction } from '../../components/confirm-action.js';
import { ProblemAlert } from '../../components/problem.js';
import { Loading } from '../../components/states.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { ShownPreview } from './preview.js';
import classes from './statements.module.css';
import { statementsTexts } from './texts.js';
import { preview, type Sent, upload } from './upload.js';
import type { Mapping } from './values.js';
import { formatBytes, PERCENT } from '../../texts/figures.js';

interface Form {
  provider: string;
  from: string | null;
  to: string | null;
  covers: string;
}

/** A file on its way to its comparison: chosen, shown as it is read, corrected, sent. */
export function NewStatement({
  providers,
  onStarted,
}: {
  providers: readonly string[];
  onStarted: (id: string) => void;
}) {
  const t = useTexts(statementsTexts);
  const general = useTexts(generalTexts);
  const queries = useQueryClient();
  const inputId = useId();
  const [file, setFile] = useState<File | null>(null);
  const [isOver, setOver] = useState(false);
  const [form, setForm] = useState<Form>({ provider: '', from: null, to: null, covers: '' });
  const [mapping, setMapping] = useState<Mapping | undefined>(undefined);
  const [sent, setSent] = useState<Sent | undefined>(undefined);
  const [error, setError] = useState<Error | null>(null);
  const isShown = useRef(false);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  const provider = form.provider === '' ? (providers[0] ?? '') : form.provider;
  // Without the column of the amount there is nothing to read.
  const asked = mapping?.columns && !mapping.columns.amount ? undefined : mapping;
  const fileKey = file && `${file.name} ${file.size} ${file.lastModified}`;
  const shown = useQuery({
    queryKey: ['statements', 'preview', fileKey, provider, asked],
    queryFn: ({ signal }) => preview(file!, provider, asked, signal),
    enabled: file !== null && provider !== '',
    placeholderData: (before, query) => (query?.queryKey[2] === fileKey ? before : undefined),
    staleTime: Infinity,
  });
  const change = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const mayBeSent =
    provider !== '' && form.from !== null && form.to !== null && !(mapping?.columns && !mapping.columns.amount);

  function choose(chosen: File | undefined | null): void {
    if (!chosen) return;
    setFile(chosen);
    setMapping(undefined);
    setError(null);
  }

  function reset(): void {
    setFile(null);
    setMapping(undefined);
    setError(null);
  }

  function started(id: string): void {
    void queries.invalidateQueries({ queryKey: ['statements', 'list'] });
    // Whoever has gone elsewhere meanwhile stays there.
    if (isShown.current) onStarted(id);
  }

  async function start(): Promise<void> {
    setError(null);
    setSent({ sent: 0, of: file!.size });
    try {
      const { id } = await upload(
        file!,
        { provider, from: form.from!, to: form.to!, covers: form.covers, mapping },
        setSent,
      );
      reset();
      started(id);
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setSent(undefined);
    }
  }

  const drop = {
    onDragOver: (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      choose(event.dataTransfer.files[0]);
    },
  };
  const fields = (
    <div className={classes.fields}>
      <NativeSelect
        label={t.provider}
        data={[...providers]}
        value={provider}
        onChange={(event) => {
          change({ provider: event.currentTarget.value });
          setMapping(undefined);
        }}
      />
      <DateInput
        label={t.from}
        valueFormat="YYYY-MM-DD"
        placeholder={t.day}
        value={form.from}
        onChange={(from) => change({ from, to: form.to ?? from })}
      />
      <DateInput
        label={t.to}
        valueFormat="YYYY-MM-DD"
        placeholder={t.day}
        value={form.to}
        onChange={(to) => change({ to })}
      />
    </div>
  );

  return (
    <Paper withBorder p="md">
      <Stack gap="md">
        <div className={`${classes.drop} ${isOver ? classes.over : ''}`} {...drop}>
          <Text fw={600}>{file === null ? t.drop : file.name}</Text>
          {file === null && (
            <Text size="sm" c="dimmed" mb="xs">
              {t.dropHint}
            </Text>
          )}
          <input
            id={inputId}
            className={classes.input}
            type="file"
            accept=".csv,.txt,text/csv,text/plain"
            aria-label={t.file}
            onChange={(event) => {
              choose(event.currentTarget.files?.[0]);
              event.currentTarget.value = '';
            }}
          />
          <label htmlFor={inputId} className={classes.choose}>
            {file === null ? t.choose : t.chooseOther}
          </label>
        </div>
        {file === null ? (
          <Group justify="flex-end">
            <ConfirmAction
              label={t.fetch}
              effect={
                <>
                  {t.fetchEffect} {t.fetchHint}
                </>
              }
              onConfirm={async () => {
                const body = { provider, from: form.from ?? '', to: form.to ?? '' };
                const { id } = await answerOf(api.POST('/statements/fetch', { body }));
                started(id);
              }}
            >
              {fields}
            </ConfirmAction>
          </Group>
        ) : (
          <>
            {fields}
            <NativeSelect
              label={t.covers}
              description={t.coversHint}
              value={form.covers}
              data={[
                { value: '', label: t.coversAny },
                { value: 'PAYMENTS', label: t.coversOf.PAYMENTS },
                { value: 'ORDERS', label: t.coversOf.ORDERS },
              ]}
              onChange={(event) => change({ covers: event.currentTarget.value })}
              maw={420}
            />
            <ProblemAlert error={shown.error} onRetry={() => void shown.refetch()} />
            {shown.data ? (
              <ShownPreview preview={shown.data} given={mapping} change={setMapping} />
            ) : (
              shown.isLoading && <Loading rows={4} />
            )}
            <ProblemAlert error={error} />
            <div>
              <Text size="sm" fw={600}>
                {general.willHappen}
              </Text>
              <Text size="sm">{t.effect}</Text>
            </div>
            {sent && <Uploading {...sent} />}
            <Group justify="flex-end">
              {!mayBeSent && (
                <Text size="sm" c="dimmed">
                  {t.needPeriod}
                </Text>
              )}
              <Button variant="default" onClick={reset} disabled={sent !== undefined}>
                {t.cancel}
              </Button>
              <Button onClick={() => void start()} disabled={!mayBeSent} loading={sent !== undefined}>
                {t.upload}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Paper>
  );
}

function Uploading({ sent, of }: Sent) {
  const t = useTexts(statementsTexts);
  const percent = of > 0 ? (sent / of) * PERCENT : 0;
  const said = t.uploading(formatBytes(sent), formatBytes(of), Math.floor(percent));
  return (
    <div>
      <Text size="sm" aria-live="polite">
        {said}
      </Text>
      <Progress value={percent} aria-label={said} />
    </div>
  );
}
