import { SegmentedControl, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { ApiProblem } from '../../api/problem.js';
import { formatMoney, parseMoney } from '../../texts/money.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { ConfirmDialog } from '../confirm-action.js';
import { useBanks } from './destination.js';
import { refundTexts } from './texts.js';

type Destination = Schemas['DestinationSchema'];
type Reason = Schemas['RefundSchema']['reason'];

const TEXT_LENGTH_MAX = 1000;
const KEY = /^[@+A-Za-z0-9][A-Za-z0-9@+._-]{2,91}$/;
const ACCOUNT = /^(?:[ -]*\d){4,20}$/;
const BANK = /^\d{1,8}$/;
const REFERENCE_BYTES = 16;

/** What is typed. It stays while the page does, also when the dialog is closed in between. */
interface Draft {
  /** Ours, of this refund: asked for again after an answer that got lost, it is the same refund and no second one. */
  reference: string;
  amount: string;
  reason: Reason;
  note: string;
  type: Destination['type'];
  key: string;
  bank: string;
  accountType: NonNullable<Destination['accountType']>;
  accountNumber: string;
  holderName: string;
  idType: NonNullable<Destination['idType']>;
  idNumber: string;
}

function newReference(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(REFERENCE_BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

function emptyDraft(reason: Reason): Draft {
  return {
    reference: newReference(),
    amount: '',
    reason,
    note: '',
    type: 'BRE_B_KEY',
    key: '',
    bank: '',
    accountType: 'SAVINGS',
    accountNumber: '',
    holderName: '',
    idType: 'CC',
    idNumber: '',
  };
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
    const found: Wrong = {};
    if (!cents) found.amount = t.notAnAmount;
    else if (cents > mostInCents) found.amount = t.tooMuch(most);
    if (draft.type === 'BRE_B_KEY') {
      if (!KEY.test(draft.key.trim())) found.key = t.badKey;
    } else {
      if (!BANK.test(draft.bank.trim())) found.bank = t.badBank;
      if (!ACCOUNT.test(draft.accountNumber.trim())) found.accountNumber = t.badAccount;
      if (draft.holderName.trim() === '') found.holderName = t.needed;
      if (!/[A-Za-z0-9]/.test(draft.idNumber)) found.idNumber = t.needed;
    }
    setWrong(found);
    return Object.keys(found).length === 0;
  }

  async function request(): Promise<void> {
    const { reference, note, type } = draft;
    try {
      await answerOf(
        api.POST('/payins/{id}/refunds', {
          params: { path: { id: payinId } },
          body: {
            amountInCents: parseMoney(draft.amount)!,
            reason: draft.reason,
            reference,
            ...(note.trim() !== '' && { note: note.trim() }),
            to:
              type === 'BRE_B_KEY'
                ? { type, key: draft.key.trim() }
                : {
                    type,
                    bank: draft.bank.trim(),
                    accountType: draft.accountType,
                    accountNumber: draft.accountNumber.trim(),
                    holderName: draft.holderName.trim(),
                    idType: draft.idType,
                    idNumber: draft.idNumber.trim(),
                  },
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
        data={options(values.refundReason)}
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
      <div>
        <Text size="sm" fw={500} id="refund-destination">
          {t.destinationType}
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby="refund-destination"
          data={options(values.destinationType)}
          value={draft.type}
          onChange={(value) => change({ type: value as Destination['type'] })}
        />
      </div>
      {draft.type === 'BRE_B_KEY' ? (
        <TextInput
          label={t.key}
          description={t.keyHint}
          error={wrong.key}
          value={draft.key}
          onChange={(event) => change({ key: event.currentTarget.value })}
          autoComplete="off"
          withAsterisk
        />
      ) : (
        <AccountFields draft={draft} wrong={wrong} change={change} />
      )}
    </Stack>
  );
}

function AccountFields({ draft, wrong, change }: FieldsProps): ReactNode {
  const t = useTexts(refundTexts);
  const values = useTexts(valueTexts);
  const { data: banks = [] } = useBanks();
  const text = (name: 'accountNumber' | 'holderName' | 'idNumber') => ({
    label: t[name],
    error: wrong[name],
    value: draft[name],
    onChange: (event: { currentTarget: HTMLInputElement }) => change({ [name]: event.currentTarget.value }),
    autoComplete: 'off',
    withAsterisk: true,
  });
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      {banks.length > 0 ? (
        <Select
          label={t.bank}
          error={wrong.bank}
          data={[...new Map(banks.map(({ code, name }) => [code, name]))].map(([value, label]) => ({ value, label }))}
          value={draft.bank === '' ? null : draft.bank}
          onChange={(bank) => change({ bank: bank ?? '' })}
          searchable
          withAsterisk
        />
      ) : (
        <TextInput
          label={t.bank}
          description={t.bankHint}
          error={wrong.bank}
          value={draft.bank}
          onChange={(event) => change({ bank: event.currentTarget.value })}
          inputMode="numeric"
          withAsterisk
        />
      )}
      <Select
        label={t.accountType}
        data={options(values.accountType)}
        value={draft.accountType}
        onChange={(value) => value && change({ accountType: value as Draft['accountType'] })}
        allowDeselect={false}
      />
      <TextInput {...text('accountNumber')} inputMode="numeric" />
      <TextInput {...text('holderName')} />
      <Select
        label={t.idType}
        data={options(values.idType)}
        value={draft.idType}
        onChange={(value) => value && change({ idType: value as Draft['idType'] })}
        allowDeselect={false}
      />
      <TextInput {...text('idNumber')} />
    </SimpleGrid>
  );
}

function options(names: Readonly<Record<string, string>>) {
  return Object.entries(names).map(([value, label]) => ({ value, label }));
}
