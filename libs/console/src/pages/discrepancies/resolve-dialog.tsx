import { Alert, Button, Group, Kbd, Modal, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { ApiProblem } from '../../api/problem.js';
import { useMay } from '../../api/session.js';
import { ProblemAlert } from '../../components/problem.js';
import { DestinationFields } from '../../components/refunds/destination-fields.js';
import { refundTexts } from '../../components/refunds/texts.js';
import { generalTexts } from '../../texts/general.js';
import { formatMoney } from '../../texts/money.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { bodyOf, type Draft, wrongIn } from './draft.js';
import { kindTexts } from './kind-texts.js';
import { discrepanciesTexts } from './texts.js';
import { type Choice, choicesOf, type Discrepancy, type DiscrepancyWithEvidence } from './values.js';

/** All ways to settle it, each with what it does. What was typed is kept by whoever shows this. */
export function ResolveDialog({
  discrepancy,
  draft,
  change,
  opened,
  onClose,
  onDone,
}: {
  discrepancy: DiscrepancyWithEvidence;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  opened: boolean;
  onClose: () => void;
  onDone: (now: Discrepancy) => void;
}) {
  const t = useTexts(discrepanciesTexts);
  const kinds = useTexts(kindTexts);
  const ofRefunds = useTexts(refundTexts);
  const general = useTexts(generalTexts);
  const values = useTexts(valueTexts);
  const may = useMay();
  const [isBusy, setBusy] = useState(false);
  const [wasTried, setTried] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const { id, kind, payin, reference, moneyAtRiskInCents } = discrepancy;
  const { choice } = draft;
  const isConfirmation = kind === 'AMOUNT_UNCONFIRMED' && payin !== null;
  const wrong = wasTried ? { ...refusedFields(error), ...wrongIn(draft, t, ofRefunds) } : {};

  async function send(): Promise<void> {
    if (isBusy) return;
    setTried(true);
    setError(null);
    if (Object.keys(wrongIn(draft, t, ofRefunds)).length > 0) return;
    setBusy(true);
    try {
      const now = await answerOf(
        api.POST('/discrepancies/{id}/resolve', { params: { path: { id } }, body: bodyOf(draft) }),
      );
      setTried(false);
      onDone(now);
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setBusy(false);
    }
  }

  function close(): void {
    if (isBusy) return;
    setTried(false);
    setError(null);
    onClose();
  }

  const nameOf = (one: Choice) => (one === 'ACCEPTED' && isConfirmation ? t.acceptUnconfirmed : t.choices[one]);
  const hintOf = (one: Choice) => (one === 'ACCEPTED' && isConfirmation ? t.acceptUnconfirmedHint : t.hints[one]);
  const effectOf = (one: Choice) =>
    one === 'ACCEPTED' && isConfirmation ? t.effectUnconfirmed(formatMoney(payin.amountInCents)) : t.effects[one];
  // What only settles the discrepancy, and what can be canceled, has no ledger entry that stays.
  const isBooked = choice !== null && choice !== 'REFUND' && (choice !== 'ACCEPTED' || isConfirmation);

  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={`${t.resolve}: ${values.discrepancyKind[kind]}`}
      closeButtonProps={{ 'aria-label': general.close }}
    >
      <form
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {reference}
            {' · '}
            {moneyAtRiskInCents === null ? t.unknownMoney : formatMoney(moneyAtRiskInCents)}
          </Text>
          <Text size="sm">
            {kinds[kind].means} <b>{`${t.toDo}: `}</b>
            {kinds[kind].toDo}
          </Text>
          <Radio.Group
            label={t.how}
            value={choice}
            onChange={(value) => change({ choice: value })}
            error={wrong.choice}
          >
            <Stack gap={6} mt={6}>
              {choicesOf(discrepancy, may('refunds:write')).map((one, index) => (
                <Radio
                  key={one}
                  value={one}
                  label={nameOf(one)}
                  description={hintOf(one)}
                  data-autofocus={(choice === null ? index === 0 : choice === one) || undefined}
                />
              ))}
            </Stack>
          </Radio.Group>
          {(choice === 'BOOK_RECEIPT' || choice === 'MARK_REVERSED') && (
            <Group grow align="flex-start" preventGrowOverflow={false}>
              <TextInput
                label={t.amount}
                description={t.amountHint}
                inputMode="decimal"
                autoComplete="off"
                value={draft.amount}
                error={wrong.amount}
                onChange={(event) => change({ amount: event.currentTarget.value })}
              />
              {choice === 'BOOK_RECEIPT' && (
                <TextInput
                  label={t.number}
                  description={t.numberHint}
                  autoComplete="off"
                  maxLength={100}
                  value={draft.paymentId}
                  error={wrong.paymentId}
                  onChange={(event) => change({ paymentId: event.currentTarget.value })}
                />
              )}
            </Group>
          )}
          {choice === 'REFUND' && <DestinationFields draft={draft} wrong={wrong} change={change} />}
          <Textarea
            label={t.note}
            description={t.noteHint}
            autosize
            minRows={2}
            maxLength={1000}
            value={draft.note}
            error={wrong.note}
            onChange={(event) => change({ note: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat) void send();
            }}
          />
          {choice !== null && (
            <div>
              <Text fw={600} size="sm">
                {general.willHappen}
              </Text>
              <Text size="sm">{effectOf(choice)}</Text>
              {isBooked && <Text size="sm">{t.overLimit}</Text>}
            </div>
          )}
          {choice !== null && choice !== 'REFUND' && (
            <Alert color="orange" icon={<IconAlertTriangle aria-hidden />} title={general.cannotUndo}>
              {isBooked ? t.irreversible.booked : t.irreversible.ACCEPTED}
            </Alert>
          )}
          <ProblemAlert error={error} />
          <Group justify="space-between">
            <Text size="xs" c="dimmed">
              {t.kept}
            </Text>
            <Group gap="xs">
              <Button variant="default" onClick={close} disabled={isBusy}>
                {general.cancel}
              </Button>
              <Button type="submit" loading={isBusy} rightSection={<Kbd size="xs">{t.submitHint}</Kbd>}>
                {t.resolve}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** What the API said of single fields, at those fields. */
function refusedFields(error: Error | null): Partial<Record<keyof Draft, string>> {
  if (!(error instanceof ApiProblem)) return {};
  return Object.fromEntries(error.fields.map(({ field, message }) => [field.split('.').at(-1), message]));
}
