import { SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { useBanks } from './destination.js';
import type { DestinationDraft, WrongDestination } from './destination-draft.js';
import { optionsOf } from './options.js';
import { refundTexts } from './texts.js';

interface FieldsProps {
  draft: DestinationDraft;
  wrong: WrongDestination;
  change: (part: Partial<DestinationDraft>) => void;
}

/** Where money goes back to: a Bre-B key or a bank account. */
export function DestinationFields({ draft, wrong, change }: FieldsProps) {
  const t = useTexts(refundTexts);
  const values = useTexts(valueTexts);
  return (
    <Stack gap="sm" role="group" aria-label={t.destinationType}>
      <div>
        <Text size="sm" fw={500} id="refund-destination">
          {t.destinationType}
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby="refund-destination"
          data={optionsOf(values.destinationType)}
          value={draft.toType}
          onChange={(toType) => change({ toType: toType as DestinationDraft['toType'] })}
        />
      </div>
      {draft.toType === 'BRE_B_KEY' ? (
        <TextInput
          label={t.key}
          description={t.keyHint}
          error={wrong.key}
          value={draft.key}
          onChange={(event) => change({ key: event.currentTarget.value })}
          maxLength={92}
          autoComplete="off"
          withAsterisk
        />
      ) : (
        <AccountFields draft={draft} wrong={wrong} change={change} />
      )}
    </Stack>
  );
}

function AccountFields({ draft, wrong, change }: FieldsProps) {
  const t = useTexts(refundTexts);
  const values = useTexts(valueTexts);
  const { data: banks = [] } = useBanks();
  const text = (name: 'bank' | 'accountNumber' | 'holderName' | 'idNumber', maxLength: number) => ({
    label: t[name],
    error: wrong[name],
    value: draft[name],
    onChange: (event: { currentTarget: HTMLInputElement }) => change({ [name]: event.currentTarget.value }),
    maxLength,
    autoComplete: 'off',
    withAsterisk: true,
  });
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      {banks.length > 0 ? (
        <Select
          label={t.bank}
          error={wrong.bank}
          // Two lists may know the same bank.
          data={[...new Map(banks.map(({ code, name }) => [code, name]))].map(([value, label]) => ({ value, label }))}
          value={draft.bank === '' ? null : draft.bank}
          onChange={(bank) => change({ bank: bank ?? '' })}
          searchable
          withAsterisk
        />
      ) : (
        <TextInput {...text('bank', 8)} description={t.bankHint} inputMode="numeric" />
      )}
      <Select
        label={t.accountType}
        data={optionsOf(values.accountType)}
        value={draft.accountType}
        onChange={(value) => value && change({ accountType: value as DestinationDraft['accountType'] })}
        allowDeselect={false}
      />
      <TextInput {...text('accountNumber', 40)} inputMode="numeric" />
      <TextInput {...text('holderName', 120)} />
      <Select
        label={t.idType}
        data={optionsOf(values.idType)}
        value={draft.idType}
        onChange={(value) => value && change({ idType: value as DestinationDraft['idType'] })}
        allowDeselect={false}
      />
      <TextInput {...text('idNumber', 80)} />
    </SimpleGrid>
  );
}
