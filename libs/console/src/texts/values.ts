import type { Schemas } from '../api/client.js';
import { texts } from './texts.js';

export type PayinStatus = Schemas['PayinSchema']['status'];
export type AmountStatus = Schemas['PayinSchema']['amountStatus'];
export type Rail = Schemas['PayinSchema']['rail'];
export type AttemptStatus = Schemas['AttemptSchema']['status'];
export type RefundStatus = Schemas['RefundSchema']['status'];
export type DiscrepancyStatus = Schemas['DiscrepancySchema']['status'];
type Named<Value extends string> = Record<Value, string>;

/** Names of the API's values. A value that the API gets does not compile until it has a name. */
export const valueTexts = texts(
  {
    payinStatus: {
      CREATED: 'Creado',
      PENDING: 'Pendiente',
      UNDERPAID: 'Pagado en parte',
      APPROVED: 'Pagado',
      REJECTED: 'Rechazado',
      EXPIRED: 'Vencido',
      CANCELED: 'Cancelado',
      FAILED: 'Fallido',
      REVERSED: 'Reversado',
    } satisfies Named<PayinStatus>,
    amountStatus: {
      NONE: 'Sin dinero',
      UNCONFIRMED: 'Monto sin confirmar',
      UNDERPAID: 'Pagado de menos',
      EXACT: 'Monto exacto',
      OVERPAID: 'Pagado de más',
    } satisfies Named<AmountStatus>,
    rail: {
      PSE: 'PSE',
      BRE_B: 'Bre-B',
      NEQUI: 'Nequi',
      EFECTY: 'Efecty',
      CARD: 'Tarjeta',
      TRANSFIYA: 'Transfiya',
      ANY: 'A elección',
    } satisfies Named<Rail>,
    attemptStatus: {
      OPENING: 'Abriéndose',
      OPEN: 'Abierto',
      UNKNOWN: 'Desconocido',
      NOT_EXECUTED: 'No ejecutado',
    } satisfies Named<AttemptStatus>,
    role: {
      viewer: 'Consulta',
      support: 'Soporte',
      operator: 'Operación',
      approver: 'Aprobación',
      developer: 'Desarrollo',
      owner: 'Propietario',
    } satisfies Named<Schemas['Role']>,
  },
  {
    payinStatus: {
      CREATED: 'Created',
      PENDING: 'Pending',
      UNDERPAID: 'Paid in part',
      APPROVED: 'Paid',
      REJECTED: 'Rejected',
      EXPIRED: 'Expired',
      CANCELED: 'Canceled',
      FAILED: 'Failed',
      REVERSED: 'Reversed',
    },
    amountStatus: {
      NONE: 'No money',
      UNCONFIRMED: 'Amount not confirmed',
      UNDERPAID: 'Underpaid',
      EXACT: 'Exact amount',
      OVERPAID: 'Overpaid',
    },
    rail: {
      PSE: 'PSE',
      BRE_B: 'Bre-B',
      NEQUI: 'Nequi',
      EFECTY: 'Efecty',
      CARD: 'Card',
      TRANSFIYA: 'Transfiya',
      ANY: 'To be chosen',
    },
    attemptStatus: { OPENING: 'Opening', OPEN: 'Open', UNKNOWN: 'Unknown', NOT_EXECUTED: 'Not executed' },
    role: {
      viewer: 'Viewer',
      support: 'Support',
      operator: 'Operator',
      approver: 'Approver',
      developer: 'Developer',
      owner: 'Owner',
    },
  },
);
