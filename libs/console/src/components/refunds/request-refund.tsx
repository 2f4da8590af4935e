import { Select, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { ApiProblem } from '../../api/problem.js';
import { formatMoney, parseMoney } from '../../texts/money.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { ConfirmDialog } from '../confirm-action.js';
import { type DestinationDraft, destinationOf, NO_DESTINATION, wrongInDestination } from './destination-draft.js';
import { DestinationFields } from './destination-fields.js';
import { optionsOf } from './options.js';
import { refundTexts } from './texts.js';

type Reason = Schemas['RefundSchema']['reason'];

const TEXT_LENGTH_MAX = 1000;
const REFERENCE_BYTES = 16;

/** What is typed. It stays while the page does, also when the dialog is closed in between. */
interface Draft extends DestinationDraft {
  /** Ours, of this refund: asked for again after an answer that got lost, it is the same refund and no second one. */
  reference: string;
  amount: string;
  reason: Reason;
  note: string;
}

function newReference(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(REFERENCE_BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

function emptyDraft(reason: Reason): Draft {
  return { ...NO_DESTINATION, reference: newReference(), amount: '', reason, note: '' };
}

type Wrong = Partial<Record<keyof Draft, string>>;

/** The form for a refund of a payin. */
export function RequestRefund({
  payinId,
  mostInCents,
  reason,
  opened,
  onClose,
}: {
  payinId: string;
  /** What is left to be refunded. */
  mostInCents: number;
  /** The likeliest. */
  reason: Reason;
  opened: boolean;
  onClose: () => void;
}) {
  const t = useTexts(refundTexts);
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => emptyDraft(reason));
  const [wrong, setWrong] = useState<Wrong>({});
  const most = formatMoney(mostInCents);

  function change(fields: Partial<Draft>): void {
    setDraft((before) => ({ ...before, ...fields }));
    setWrong((before) => Object.fromEntries(Object.entries(before).filter(([name]) => !(name in fields))));
  }

  function isComplete(): boolean {
    const cents = parseMoney(draft.amount);
    const found: Wrong = wrongInDestination(draft, t);
    if (!cents) found.amount = t.notAnAmount;
    else if (cents > mostInCents) found.amount = t.tooMuch(most);
    setWrong(found);
    return Object.keys(found).length === 0;
  }

  async function request(): Promise<void> {
    const { reference, note } = draft;
    try {
      await answerOf(
        api.POST('/payins/{id}/refunds', {
          params: { path: { id: payinId } },
          body: {
            amountInCents: parseMoney(draft.amount)!,
            reason: draft.reason,
            reference,
            ...(note.trim() !== '' && { note: note.trim() }),
            to: destinationOf(draft),
          },
        }),
      );
    } catch (error) {
      // Refused for good: what is asked next is another refund. Where no answer came it may be there, so its reference stays.
      if (error instanceof ApiProblem && error.code === 'REFERENCE_CONFLICT') {
        change({ reference: newReference() });
        void queries.invalidateQueries({ queryKey: ['payins'] });
      }
      throw error;
    }
    setDraft(emptyDraft(reason));
    notifications.show({ message: t.wasRequested });
    for (const key of ['refunds', 'payins']) void queries.invalidateQueries({ queryKey: [key] });
  }

  return (
    <ConfirmDialog
      label={t.request}
      effect={t.requestEffect(most)}
      opened={opened}
      onClose={onClose}
      isComplete={isComplete}
      onConfirm={request}
    >
      <Fields draft={draft} wrong={wrong} change={change} most={most} />
    </ConfirmDialog>
  );
}

interface FieldsProps {
  draft: Draft;
  wrong: Wrong;
  change: (fields: Partial<Draft>) => void;
}

function Fields({ draft, wrong, change, most }: FieldsProps & { most: string }) {
  const t = useTexts(refundTexts);
  const values = useTexts(valueTexts);
  return (
    <Stack gap="sm">
      <TextInput
        label={t.amount}
        description={t.amountHint(most)}
        error={wrong.amount}
        value={draft.amount}
        onChange={(event) => change({ amount: event.currentTarget.value })}
        inputMode="decimal"
        autoComplete="off"
        leftSection="$"
        withAsterisk
        data-autofocus
      />
      <Select
        label={t.reason}
        data={optionsOf(values.refundReason)}
        value={draft.reason}
        onChange={(value) => value && change({ reason: value as Reason })}
        allowDeselect={false}
      />
      <Textarea
        label={t.note}
        description={t.noteHint}
        value={draft.note}
        onChange={(event) => change({ note: event.currentTarget.value })}
        maxLength={TEXT_LENGTH_MAX}
        autosize
        minRows={1}
      />
      <DestinationFields draft={draft} wrong={wrong} change={change} />
    </Stack>
  );
}
