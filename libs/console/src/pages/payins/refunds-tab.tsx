import { Button, Group } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { useList } from '../../api/use-list.js';
import { appTexts } from '../../app/texts.js';
import { CsvButton } from '../../components/csv-button.js';
import { DataTable } from '../../components/data-table.js';
import { DaysFilter, SelectFilter } from '../../components/filters.js';
import { Page } from '../../components/page.js';
import { useRefundColumns } from '../../components/refunds/refund-columns.js';
import { Forbidden } from '../../components/states.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';
import { valueTexts } from '../../texts/values.js';
import type { RefundsSearch } from './search.js';
import { payinsTexts } from './texts.js';
import { REFUND_REASONS, REFUND_STATUSES, REFUNDS_WAIT_FOR } from './values.js';

type Refund = Schemas['RefundSchema'];
const PAGE = 50;
const route = getRouteApi('/payins');

/** The refunds of all payments: those to approve, those to pay. */
export function RefundsTab({ tabs }: { tabs: ReactNode }) {
  const t = useTexts(payinsTexts);
  const general = useTexts(generalTexts);
  const { pages } = useTexts(appTexts);
  const values = useTexts(valueTexts);
  const may = useMay();
  const { refundStatus, refundWaitsFor, refundReason, requestedFrom, requestedTo }: RefundsSearch = route.useSearch();
  const navigate = useNavigate({ from: '/payins' });
  const narrow = (change: RefundsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const filters = {
    status: refundStatus,
    waitsFor: refundWaitsFor,
    reason: refundReason,
    requestedFrom,
    requestedTo,
  };
  const query = { ...filters, limit: PAGE };
  const list = useList<Refund>(['refunds', 'list', query], (cursor, signal) =>
    answerOf(api.GET('/refunds', { params: { query: { ...query, cursor } }, signal })),
  );
  const columns = useRefundColumns();
  const given = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  if (!may('refunds:read')) return <Forbidden scope="refunds:read" />;
  return (
    <Page
      title={pages.payins}
      actions={<CsvButton path={`/refunds?${new URLSearchParams(given).toString()}`} name="refunds.csv" />}
    >
      {tabs}
      <Group gap="xs" align="flex-end" role="search">
        <SelectFilter
          label={t.status}
          names={REFUND_STATUSES.map((one) => [one, values.refundStatus[one]])}
          value={refundStatus}
          onChange={(value) => narrow({ refundStatus: value })}
        />
        <SelectFilter
          label={t.waitsFor}
          names={REFUNDS_WAIT_FOR.map((one) => [one, t.waitsForNames[one]])}
          value={refundWaitsFor}
          onChange={(value) => narrow({ refundWaitsFor: value })}
          width={200}
        />
        <SelectFilter
          label={t.reason}
          names={REFUND_REASONS.map((one) => [one, values.refundReason[one]])}
          value={refundReason}
          onChange={(value) => narrow({ refundReason: value })}
          width={220}
        />
        <DaysFilter
          from={requestedFrom}
          to={requestedTo}
          onChange={(change) =>
            narrow(
              'from' in change
                ? { requestedFrom: change.from }
                : { requestedTo: 'to' in change ? change.to : undefined },
            )
          }
        />
        {given.length > 0 && (
          <Button variant="subtle" onClick={() => void navigate({ search: { tab: 'refunds' }, replace: true })}>
            {general.clear}
          </Button>
        )}
      </Group>
      <DataTable
        label={t.refunds}
        list={list}
        columns={columns}
        rowHref={({ payinId }) => `/payins/${payinId}?tab=refunds`}
        isFiltered={given.length > 0}
        empty={t.noRefunds}
      />
    </Page>
  );
}
