import { Group, NativeSelect, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { useTexts } from '../../texts/texts.js';
import { ACCOUNT_TYPES, type Draft, ID_TYPES } from './draft.js';
import { discrepanciesTexts } from './texts.js';

/** Where money goes back to. */
export function DestinationFields({
  draft,
  wrong,
  change,
}: {
  draft: Draft;
  wrong: Partial<Record<keyof Draft, string>>;
  change: (part: Partial<Draft>) => void;
}) {
  const t = useTexts(discrepanciesTexts);
  const { data: banks } = useQuery({
    queryKey: ['pse', 'banks'],
    queryFn: ({ signal }) => answerOf(api.GET('/pse/banks', { signal })),
    enabled: draft.toType === 'BANK_ACCOUNT',
    staleTime: 3_600_000,
    // Where no provider lists its banks, the code is typed.
    retry: false,
  });
  const text = (name: 'key' | 'bank' | 'accountNumber' | 'holderName' | 'idNumber') => ({
    value: draft[name],
    error: wrong[name],
    onChange: (event: { currentTarget: HTMLInputElement }) => change({ [name]: event.currentTarget.value }),
    autoComplete: 'off',
  });
  return (
    <Stack gap="xs" role="group" aria-label={t.to}>
      <Text size="sm" fw={600}>
        {t.to}
      </Text>
      <SegmentedControl
        aria-label={t.to}
        value={draft.toType}
        onChange={(toType) => change({ toType })}
        data={[
          { value: 'BRE_B_KEY', label: t.toKey },
          { value: 'BANK_ACCOUNT', label: t.toAccount },
        ]}
      />
      {draft.toType === 'BRE_B_KEY' ? (
        <TextInput label={t.key} description={t.keyHint} maxLength={92} {...text('key')} />
      ) : (
        <>
          {banks && banks.length > 0 ? (
            <Select
              label={t.bank}
              searchable
              data={banks.map(({ code, name }) => ({ value: code, label: name }))}
              value={draft.bank === '' ? null : draft.bank}
              onChange={(bank) => change({ bank: bank ?? '' })}
              error={wrong.bank}
            />
          ) : (
            <TextInput label={t.bank} description={t.bankHint} inputMode="numeric" maxLength={8} {...text('bank')} />
          )}
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <NativeSelect
              label={t.accountType}
              data={ACCOUNT_TYPES.map((value) => ({ value, label: t.accountTypes[value] }))}
              value={draft.accountType}
              onChange={(event) => change({ accountType: event.currentTarget.value as Draft['accountType'] })}
            />
            <TextInput label={t.accountNumber} inputMode="numeric" maxLength={40} {...text('accountNumber')} />
          </Group>
          <TextInput label={t.holderName} maxLength={120} {...text('holderName')} />
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <NativeSelect
              label={t.idType}
              data={[...ID_TYPES]}
              value={draft.idType}
              onChange={(event) => change({ idType: event.currentTarget.value as Draft['idType'] })}
            />
            <TextInput label={t.idNumber} maxLength={80} {...text('idNumber')} />
          </Group>
        </>
      )}
    </Stack>
  );
}
