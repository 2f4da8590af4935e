import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { CopyButton } from '../copy-button.js';
import { Facts } from '../facts.js';
import { Failed, Loading } from '../states.js';
import { refundTexts } from './texts.js';

type Destination = Schemas['DestinationSchema'];

/** The banks that a payer may choose from, by their ACH code. */
export function useBanks() {
  return useQuery({
    queryKey: ['pse-banks'],
    queryFn: ({ signal }) => answerOf(api.GET('/pse/banks', { signal })),
    staleTime: 3_600_000,
    // Where no provider lists its banks, the code is typed.
    retry: false,
  });
}

/** In one line, as much as everybody may see. */
export function DestinationLine({ to }: { to: Destination | null }) {
  const t = useTexts(refundTexts);
  const values = useTexts(valueTexts);
  if (!to) return <>{t.noDestination}</>;
  return <>{`${values.destinationType[to.type]} ${to.key ?? to.accountNumber ?? ''}`}</>;
}

/** All of it, each part to be copied. It is asked for when somebody wants to see it, as that is kept in the audit log. */
export function WholeDestination({ refundId }: { refundId: string }) {
  const t = useTexts(refundTexts);
  const [isWanted, setWanted] = useState(false);
  const { data, error, refetch } = useQuery({
    // Not of `refunds`, which is asked for anew after each change.
    queryKey: ['refund-destination', refundId],
    queryFn: ({ signal }) => answerOf(api.GET('/refunds/{id}', { params: { path: { id: refundId } }, signal })),
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  if (!isWanted)
    return (
      <Stack gap={4} align="flex-start">
        <Button variant="default" size="xs" onClick={() => setWanted(true)}>
          {t.showDestination}
        </Button>
        <Text size="xs" c="dimmed">
          {t.destinationHint}
        </Text>
      </Stack>
    );
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  return data ? <Parts to={data.to} /> : <Loading rows={2} />;
}

function Parts({ to }: { to: Destination | null }) {
  const t = useTexts(refundTexts);
  const values = useTexts(valueTexts);
  const { data: banks } = useBanks();
  if (!to) return <Text size="sm">{t.noDestination}</Text>;
  const copied = (what: string, value: string | undefined) =>
    value !== undefined &&
    ([
      what,
      <Group key={what} gap={4} wrap="nowrap">
        <span>{value}</span>
        <CopyButton value={value} what={what} />
      </Group>,
    ] as const);
  const bank = banks?.find(({ code }) => code === to.bank)?.name;
  return (
    <Facts
      label={t.to}
      facts={[
        copied(t.key, to.key),
        to.bank !== undefined && [t.bank, bank === undefined ? to.bank : `${bank} (${to.bank})`],
        to.accountType !== undefined && [t.accountType, values.accountType[to.accountType]],
        copied(t.accountNumber, to.accountNumber),
        copied(t.holderName, to.holderName),
        to.idType !== undefined && [t.idType, values.idType[to.idType]],
        copied(t.idNumber, to.idNumber),
      ]}
    />
  );
}
