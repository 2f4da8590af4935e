import { Group, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useMay, useSession } from '../../api/session.js';
import { formatMoney } from '../../texts/money.js';
import { useTexts } from '../../texts/texts.js';
import { ConfirmAction } from '../confirm-action.js';
import { WholeDestination } from './destination.js';
import { refundTexts } from './texts.js';

type Refund = Schemas['RefundSchema'];
const TEXT_LENGTH_MAX = 1000;

/** What this person may do about a refund as it is now. */
export function RefundActions({ refund }: { refund: Refund }) {
  const may = useMay();
  const { status, providerStatus } = refund;
  // What a provider may be paying already is for nobody else to pay or to cancel.
  const isAsked = providerStatus === 'ASKED';
  const isWaiting = (status === 'REQUESTED' || status === 'APPROVED') && !isAsked;
  return (
    <Group gap={6} justify="flex-end">
      {status === 'REQUESTED' && may('discrepancies:approve') && <Approve refund={refund} />}
      {status === 'APPROVED' && !isAsked && may('refunds:write') && <Pay refund={refund} />}
      {isWaiting && may('refunds:write') && <Cancel refund={refund} />}
    </Group>
  );
}

function useDone(): (message: string) => void {
  const queries = useQueryClient();
  return (message) => {
    notifications.show({ message });
    for (const key of ['refunds', 'payins', 'discrepancies', 'worklist'])
      void queries.invalidateQueries({ queryKey: [key] });
  };
}

function Approve({ refund: { id, amountInCents, requestedBy } }: { refund: Refund }) {
  const t = useTexts(refundTexts);
  const done = useDone();
  const { person } = useSession();
  const amount = formatMoney(amountInCents);
  return (
    <ConfirmAction
      label={t.approve}
      title={t.approveTitle(amount)}
      effect={t.approveEffect(amount)}
      button={{ size: 'xs' }}
      onConfirm={async () => {
        await answerOf(api.POST('/refunds/{id}/approve', { params: { path: { id } } }));
        done(t.approved);
      }}
    >
      {requestedBy === person.id && (
        <Text size="sm" c="dimmed">
          {t.approveOwn}
        </Text>
      )}
    </ConfirmAction>
  );
}

function Pay({ refund: { id, amountInCents } }: { refund: Refund }) {
  const t = useTexts(refundTexts);
  const done = useDone();
  const [evidence, setEvidence] = useState('');
  const [isMissing, setMissing] = useState(false);
  const amount = formatMoney(amountInCents);
  return (
    <ConfirmAction
      label={t.pay}
      title={t.payTitle(amount)}
      effect={t.payEffect(amount)}
      irreversible={t.payIrreversible}
      button={{ size: 'xs' }}
      isComplete={() => {
        setMissing(evidence.trim() === '');
        return evidence.trim() !== '';
      }}
      onConfirm={async () => {
        await answerOf(
          api.POST('/refunds/{id}/pay', { params: { path: { id } }, body: { evidence: evidence.trim() } }),
        );
        done(t.paid);
      }}
    >
      <WholeDestination refundId={id} />
      <Textarea
        label={t.evidence}
        description={t.evidenceHint}
        error={isMissing && t.needed}
        value={evidence}
        onChange={(event) => setEvidence(event.currentTarget.value)}
        maxLength={TEXT_LENGTH_MAX}
        autosize
        minRows={2}
        withAsterisk
        data-autofocus
      />
    </ConfirmAction>
  );
}

function Cancel({ refund: { id, amountInCents } }: { refund: Refund }) {
  const t = useTexts(refundTexts);
  const done = useDone();
  return (
    <ConfirmAction
      label={t.cancelRefund}
      title={t.cancelTitle(formatMoney(amountInCents))}
      effect={t.cancelEffect}
      irreversible={t.cancelIrreversible}
      button={{ size: 'xs', variant: 'subtle' }}
      onConfirm={async () => {
        await answerOf(api.POST('/refunds/{id}/cancel', { params: { path: { id } } }));
        done(t.canceled);
      }}
    />
  );
}
