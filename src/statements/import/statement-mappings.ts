import { HOME_CURRENCY, REPORTED_STATUSES, type StatementMapping } from '@recaudo/payment-provider';
import { COLOMBIAN_OFFSET } from '../../http/period.js';
import type { StatementMappingOverride } from './statement-mapping.override.js';

/** Our own columns, as docs/reconciliation.md has them. */
export const OWN_MAPPING: StatementMapping = {
  amountUnit: 'cents',
  currency: HOME_CURRENCY,
  utcOffset: COLOMBIAN_OFFSET,
  columns: {
    reference: 'reference',
    externalId: 'externalId',
    amount: 'amountInCents',
    currency: 'currency',
    status: 'status',
    paidAt: 'paidAt',
    fee: 'feeInCents',
    reversedAt: 'reversedAt',
  },
  statuses: Object.fromEntries(REPORTED_STATUSES.map((status) => [status, status])),
};

/**
 * The mappings with which a file may be read, the likeliest first: the provider's and our own, each overridden by the caller's.
 */
export function mappingsFor(
  provider: Partial<StatementMapping> | undefined,
  override: StatementMappingOverride = {},
): StatementMapping[] {
  const { statuses, columns, ...rest } = override;
  const allStatuses = { ...OWN_MAPPING.statuses, ...provider?.statuses, ...statuses };
  const overlay = (mapping: StatementMapping): StatementMapping => ({
    ...mapping,
    ...given(rest),
    columns: columns ? (given(columns) as StatementMapping['columns']) : mapping.columns,
    statuses: allStatuses,
  });
  const theirs = provider ? [{ ...OWN_MAPPING, ...provider }] : [];
  return [...theirs, OWN_MAPPING].map(overlay).slice(0, override.columns ? 1 : undefined);
}

/** Without the properties that are not given. */
function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  ) as Partial<T>;
}
