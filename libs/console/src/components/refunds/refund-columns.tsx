import { Stack, Text } from '@mantine/core';
import type { Schemas } from '../../api/client.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import { Actor } from '../actor.js';
import type { Column } from '../data-table.js';
import { Moment } from '../moment.js';
import { Money } from '../money.js';
import { RefundStatusBadge } from '../status-badge.js';
import { DestinationLine } from './destination.js';
import { RefundActions } from './refund-actions.js';
import { refundTexts } from './texts.js';

type Refund = Schemas['RefundSchema'];

/** How refunds are listed, wherever they are. */
export function useRefundColumns(): [Column<Refund>, ...Column<Refund>[]] {
  const t = useTexts(refundTexts);
  const values = useTexts(valueTexts);
  return [
    { key: 'requestedAt', header: t.requested, cell: ({ requestedAt }) => <Moment at={requestedAt} /> },
    { key: 'status', header: t.status, cell: (refund) => <Status refund={refund} /> },
    {
      key: 'amount',
      header: t.amount,
      align: 'right',
      cell: (refund) => <Money cents={refund.amountInCents} strong />,
    },
    {
      key: 'reason',
      header: t.reason,
      cell: ({ reason, note, evidence }) => (
        <Stack gap={0}>
          <span>{values.refundReason[reason]}</span>
          {note !== null && <Small name={t.note}>{note}</Small>}
          {evidence !== null && <Small name={t.evidence}>{evidence}</Small>}
        </Stack>
      ),
    },
    { key: 'to', header: t.to, cell: ({ to }) => <DestinationLine to={to} /> },
    { key: 'by', header: t.by, cell: (refund) => <Who refund={refund} /> },
    { key: 'actions', header: t.actions, align: 'right', cell: (refund) => <RefundActions refund={refund} /> },
  ];
}

function Status({ refund: { status, provider, providerStatus, providerReason } }: { refund: Refund }) {
  const t = useTexts(refundTexts);
  return (
    <Stack gap={0} align="flex-start">
      <RefundStatusBadge status={status} />
      {provider !== null && status === 'APPROVED' && (
        <Text size="xs" c="dimmed">
          {providerStatus === 'REFUSED' ? t.refused(provider, providerReason ?? '—') : t.asked(provider)}
        </Text>
      )}
    </Stack>
  );
}

function Small({ name, children }: { name: string; children: string }) {
  return (
    <Text size="xs" c="dimmed" maw={320} truncate="end" title={children}>
      {`${name}: ${children}`}
    </Text>
  );
}

function Who({ refund: { requestedBy, approvedBy, paidBy, canceledBy } }: { refund: Refund }) {
  const t = useTexts(refundTexts);
  const after = [
    [t.approvedBy, approvedBy],
    [t.paidBy, paidBy],
    [t.canceledBy, canceledBy],
  ] as const;
  return (
    <Stack gap={0}>
      <Actor id={requestedBy} />
      {after.map(
        ([what, id]) =>
          id !== null && (
            <Text key={what} size="xs" c="dimmed">
              {what} <Actor id={id} />
            </Text>
          ),
      )}
    </Stack>
  );
}
