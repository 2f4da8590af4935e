import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { ConfirmAction } from '../../components/confirm-action.js';
import { RequestRefund } from '../../components/refunds/request-refund.js';
import { refundTexts } from '../../components/refunds/texts.js';
import { useShortcuts } from '../../components/shortcuts.js';
import { formatMoney } from '../../texts/money.js';
import { useTexts } from '../../texts/texts.js';
import type { Amounts, Payin } from './story.js';
import { payinTexts } from './texts.js';

const ACCEPTED_FOR_LATER = 202;

/** What this person may do about the payin as it is now. */
export function PayinActions({
  payin,
  amounts,
  onError,
}: {
  payin: Payin;
  amounts: Amounts;
  /** Of what was asked for without a dialog. */
  onError: (error: Error | null) => void;
}) {
  const t = useTexts(payinTexts);
  const refunds = useTexts(refundTexts);
  const may = useMay();
  const queries = useQueryClient();
  const [isRefunding, setRefunding] = useState(false);
  const { id, status, amountStatus } = payin;
  const params = { path: { id } };

  function done(message: string): void {
    notifications.show({ message });
    for (const key of ['payins', 'discrepancies', 'worklist']) void queries.invalidateQueries({ queryKey: [key] });
  }

  const refresh = useMutation({
    mutationFn: () => answerOf(api.POST('/payins/{id}/refresh', { params })),
    onMutate: () => onError(null),
    onSuccess: () => done(t.refreshed),
    onError,
  });
  const mayRefresh = may('payins:write');
  const mayRefund = may('refunds:write') && amounts.refundable > 0;
  const isShort = status === 'UNDERPAID';
  const mayAccept = may('discrepancies:write') && (isShort || amountStatus === 'UNCONFIRMED');
  const mayCancel = may('payins:write') && (status === 'CREATED' || status === 'PENDING');
  useShortcuts([
    ...(mayRefresh ? [{ keys: 'r', what: t.refresh, run: () => !refresh.isPending && refresh.mutate() }] : []),
    ...(mayRefund ? [{ keys: 'd', what: refunds.request, run: () => setRefunding(true) }] : []),
  ]);

  async function accept(): Promise<void> {
    const { response } = await api.POST('/payins/{id}/accept', { params });
    done(response.status === ACCEPTED_FOR_LATER ? t.acceptProposed : t.accepted);
  }

  return (
    <>
      {mayRefresh && (
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={refresh.isPending}
          onClick={() => refresh.mutate()}
        >
          {t.refresh}
        </Button>
      )}
      {mayAccept && (
        <ConfirmAction
          label={t.accept}
          effect={
            isShort
              ? t.acceptShort(formatMoney(amounts.received), formatMoney(amounts.asked), formatMoney(amounts.missing))
              : t.acceptUnconfirmed(formatMoney(amounts.asked))
          }
          irreversible={t.acceptIrreversible}
          onConfirm={accept}
        />
      )}
      {mayRefund && (
        <Button variant="default" onClick={() => setRefunding(true)}>
          {refunds.request}
        </Button>
      )}
      {may('refunds:write') && (
        <RequestRefund
          payinId={id}
          mostInCents={amounts.refundable}
          reason={amounts.tooMuch > 0 ? 'OVERPAID' : 'CUSTOMER_REQUEST'}
          opened={isRefunding}
          onClose={() => setRefunding(false)}
        />
      )}
      {mayCancel && (
        <ConfirmAction
          label={t.cancel}
          effect={t.cancelEffect}
          irreversible={t.cancelIrreversible}
          onConfirm={async () => {
            await answerOf(api.POST('/payins/{id}/cancel', { params }));
            done(t.canceled);
          }}
        />
      )}
    </>
  );
}
