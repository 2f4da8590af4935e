import type { CheckReason } from '../payins/domain/check-schedule.js';
import type { CorrectionType } from '../payins/domain/corrections.js';
import type { DiscrepancyKind } from '../payins/domain/discrepancy.js';
import type { PayinStatus } from '../payins/domain/status.js';
import type { Phrase } from './phrases.js';

/** The status. */
export const STATUS_TEXTS = {
  CREATED: {
    es: 'El cobro está aceptado y todavía no está abierto en ningún proveedor.',
    en: 'The payin is accepted, and not yet open at any provider.',
  },
  PENDING: {
    es: 'El cobro está abierto en {provider} y no está pagado.',
    en: 'The payin is open at {provider}, and not paid.',
  },
  UNDERPAID: {
    es: 'Llegaron {received} de {requested}: faltan {missing}.',
    en: '{received} of {requested} arrived: {missing} are missing.',
  },
  APPROVED: { es: 'El cobro está pagado: llegaron {received}.', en: 'The payin is paid: {received} arrived.' },
  REJECTED: {
    es: 'El pago fue rechazado y no llegó dinero.',
    en: 'The payment was rejected, and no money arrived.',
  },
  EXPIRED: { es: 'El cobro venció sin pago.', en: 'The payin expired unpaid.' },
  CANCELED: {
    es: 'El cobro fue cancelado y no llegó dinero.',
    en: 'The payin was canceled, and no money arrived.',
  },
  FAILED: { es: 'Ningún proveedor abrió el cobro.', en: 'No provider opened the payin.' },
  REVERSED: {
    es: 'El cobro se pagó y después el dinero fue devuelto.',
    en: 'The payin was paid, and then the money was reversed.',
  },
} as const satisfies Record<PayinStatus, Phrase>;

/** What happened, in order. */
export const STORY_TEXTS = {
  acceptedShort: {
    es: 'El cobro vale como pagado: llegaron {received} de {requested} y una persona lo aceptó.',
    en: 'The payin counts as paid: {received} of {requested} arrived, and a person accepted it.',
  },
  paidUnconfirmed: {
    es: 'El proveedor dice que el cobro está pagado; el valor que llegó no está confirmado.',
    en: 'The provider reports the payin as paid; the amount that arrived is not confirmed.',
  },
  believed: {
    es: 'El {at} se registró el valor pedido sin confirmación, porque así está configurado (UNCONFIRMED_AMOUNT).',
    en: 'The requested amount was booked on {at} without confirmation, as configured (UNCONFIRMED_AMOUNT).',
  },
  receiptCorrected: {
    es: 'El {at} se supo que habían llegado {amount} menos de lo registrado: se corrigió.',
    en: 'On {at} it turned out that {amount} less had arrived than was booked, and this was corrected.',
  },
  requested: {
    es: 'El {at} se pidieron {amount} por {rail}, con plazo hasta el {until}.',
    en: '{amount} were requested by {rail} on {at}, to be paid until {until}.',
  },
  opened: { es: '{provider} tiene la orden.', en: '{provider} has the order.' },
  unknown: {
    es: 'La respuesta de {provider} se perdió: puede que tenga la orden.',
    en: 'The reply of {provider} was lost: it may have the order.',
  },
  refusedToServe: {
    es: '{provider} se negó a atender la llamada por ahora; se le pregunta si tiene la orden de todos modos.',
    en: '{provider} refused to serve the call at that time; it is asked whether it has the order anyway.',
  },
  chosen: { es: 'El {at} el pagador eligió {rail}.', en: 'On {at} the payer chose {rail}.' },
  orderEnded: {
    es: 'El {at} la orden en {provider} terminó sin pago ({code}): el pagador puede elegir de nuevo.',
    en: 'On {at} the order at {provider} ended unpaid ({code}): the payer may choose again.',
  },
  notTaken: { es: '{provider} no tomó la orden ({code}).', en: '{provider} did not take the order ({code}).' },
  hinted: {
    es: 'El {at} un aviso dijo que está pagado; un aviso solo no basta, así que se le preguntó al proveedor.',
    en: 'A webhook reported on {at} that it is paid; a webhook alone is not enough, so the provider was asked.',
  },
  hintedAmount: {
    es: 'El {at} un aviso dijo que se pagaron {amount}; un aviso solo no basta, así que se le preguntó al proveedor.',
    en: 'A webhook reported on {at} that {amount} were paid; a webhook alone is not enough, so the provider was asked.',
  },
  arrived: { es: 'El {at} se registraron {amount}.', en: '{amount} were booked on {at}.' },
  late: {
    es: 'Ese dinero llegó tarde: el cobro ya había terminado sin pago.',
    en: 'That money arrived late: the payin had already ended unpaid.',
  },
  over: { es: 'Llegó más de lo que se pidió.', en: 'More arrived than was requested.' },
  accepted: {
    es: 'El {at} una persona lo aceptó como pagado.',
    en: 'A person accepted it as paid on {at}.',
  },
  proposed: {
    es: 'El {at} una persona propuso una corrección de {amount}; otra debe aprobarla.',
    en: 'A person proposed a correction of {amount} on {at}; another person must approve it.',
  },
  proposalRejected: {
    es: 'El {at} esa corrección no fue aprobada.',
    en: 'That correction was not approved on {at}.',
  },
  rejected: {
    es: 'El {at} el proveedor dijo que fue rechazado.',
    en: 'The provider reported on {at} that it was rejected.',
  },
  expired: {
    es: 'El {at}, después del plazo, el proveedor dijo que no está pagado.',
    en: 'The provider reported on {at}, after the expiry time, that it is not paid.',
  },
  canceledByRequest: { es: 'El {at} se pidió cancelarlo por la API.', en: 'It was canceled through the API on {at}.' },
  canceledByProvider: {
    es: 'El {at} el proveedor dijo que fue cancelado.',
    en: 'The provider reported on {at} that it was canceled.',
  },
  failed: {
    es: 'El {at} ya no quedaba ningún proveedor que pudiera abrirlo.',
    en: 'On {at} no provider was left that could open it.',
  },
  reversals: { es: 'El {at} el dinero fue devuelto.', en: 'The money was reversed on {at}.' },
  partReversed: {
    es: 'El {at} una parte del dinero fue devuelta; lo que queda alcanza.',
    en: 'A part of the money was reversed on {at}; what is left is enough.',
  },
  refundRequested: {
    es: 'El {at} una persona pidió devolver {amount} al pagador.',
    en: 'A person requested on {at} that {amount} go back to the payer.',
  },
  refundApproved: {
    es: 'El {at} se aprobó la devolución de {amount}.',
    en: 'The refund of {amount} was approved on {at}.',
  },
  refundPaid: {
    es: 'El {at} se registró que los {amount} se devolvieron al pagador.',
    en: 'It was recorded on {at} that the {amount} were paid back to the payer.',
  },
  refundAsked: {
    es: 'El {at} se aprobó la devolución de {amount} y se pidió a {provider} que la pague.',
    en: 'The refund of {amount} was approved on {at}, and {provider} was asked to pay it.',
  },
  refundPaidByProvider: {
    es: 'El {at} {provider} informó que devolvió los {amount} al pagador.',
    en: '{provider} reported on {at} that it paid the {amount} back to the payer.',
  },
  refundRefused: {
    es: 'El {at} se supo que {provider} no paga la devolución de {amount}; debe pagarla una persona.',
    en: 'On {at} it was known that {provider} does not pay the refund of {amount}; a person must pay it.',
  },
  refundCanceled: {
    es: 'El {at} se canceló la devolución de {amount}.',
    en: 'The refund of {amount} was canceled on {at}.',
  },
  nextCheck: { es: 'Próxima revisión: {at}.', en: 'Next check: {at}.' },
  nextCheckNow: { es: 'Próxima revisión: ahora.', en: 'Next check: now.' },
  noCheck: { es: 'Ya no se revisa automáticamente.', en: 'It is not checked automatically any more.' },
} as const satisfies Record<string, Phrase>;

/** What a person corrected. */
export const CORRECTION_TEXTS = {
  BOOK_RECEIPT: {
    es: 'El {at} una persona registró {amount} que habían llegado y que el proveedor no había reportado.',
    en: 'A person booked {amount} on {at} that had arrived and that the provider had not reported.',
  },
  MARK_REVERSED: {
    es: 'El {at} una persona registró que {amount} fueron devueltos.',
    en: 'A person recorded on {at} that {amount} were reversed.',
  },
  ACCEPT_AS_PAID: STORY_TEXTS.accepted,
} as const satisfies Record<CorrectionType, Phrase>;

/** What the next check waits for. */
export const CHECK_TEXTS = {
  OPENING: {
    es: 'La llamada que abre la orden en {provider} está en curso o se perdió: se le pregunta a {provider}.',
    en: 'The call that opens the order at {provider} is under way or was lost: {provider} is asked.',
  },
  NEXT_ATTEMPT: {
    es: 'Ninguna orden está abierta: se intenta abrirla de nuevo.',
    en: 'No order is open: opening it is tried again.',
  },
  ORDER_UNKNOWN: {
    es: 'No se sabe si {provider} tiene la orden: se le pregunta hasta que lo diga, y mientras tanto no se abre otra.',
    en: 'It is not known whether {provider} has the order: it is asked until it answers, and no other order is opened meanwhile.',
  },
  INSTRUCTIONS_MAY_COME: {
    es: 'La orden se abrió sin instrucciones para el pagador: pueden llegar en un momento.',
    en: 'The order was opened without instructions for the payer: they may come in a moment.',
  },
  PAYER_MAY_PAY: {
    es: 'Espera al pagador hasta el {until}. Como un aviso puede perderse, también se le pregunta a {provider}.',
    en: 'It waits for the payer until {until}. Because a webhook can be lost, {provider} is asked, too.',
  },
  RAN_OUT: {
    es: 'El plazo es hasta el {until}; después vence solo cuando {provider} diga que no está pagado. Mientras no pueda decirlo, sigue abierto.',
    en: 'It has time until {until}; then it expires only when {provider} answers that it is not paid. While {provider} cannot answer, the payin stays open.',
  },
  PAYER_MAY_CHOOSE: {
    es: 'Ninguna orden está abierta: se espera a que el pagador elija cómo pagar, hasta el {until}.',
    en: 'No order is open: the payer may choose how to pay until {until}.',
  },
  HINTED: {
    es: 'Un aviso o una lista dijo que algo cambió y {provider} todavía no lo confirma: se le pregunta de nuevo.',
    en: 'A webhook or a list reported a change that {provider} does not confirm yet: it is asked again.',
  },
  AMOUNT_UNCONFIRMED: {
    es: '{provider} dice que está pagado, pero su respuesta puede solo repetir el valor pedido: falta que un aviso, un extracto o una persona digan el valor real.',
    en: '{provider} answers that it is paid, but the answer may only repeat the requested amount: a webhook, a statement or a person must confirm the real one.',
  },
  LATE_MONEY: {
    es: 'Todavía puede llegar dinero: se le pregunta a {provider} hasta el {closes}.',
    en: 'Money may still arrive: {provider} is asked until {closes}.',
  },
  MONEY_REVERSED: {
    es: 'Se le pregunta a {provider} de vez en cuando si el dinero fue devuelto.',
    en: '{provider} is asked from time to time whether the money was reversed.',
  },
} as const satisfies Record<CheckReason, Phrase>;

/** What a person must check. */
export const DISCREPANCY_TEXTS = {
  UNDERPAID: { es: 'Llegó menos de lo que se pidió.', en: 'Less arrived than was requested.' },
  OVERPAID: { es: 'Llegó más de lo que se pidió.', en: 'More arrived than was requested.' },
  LATE_PAYMENT: { es: 'El dinero llegó tarde.', en: 'The money arrived late.' },
  PAID_TWICE: {
    es: 'Llegó otro pago cuando el cobro ya estaba completo.',
    en: 'Another payment arrived when the payin was already paid in full.',
  },
  UNIT_MISMATCH: {
    es: 'El proveedor reporta exactamente {unit} veces más o menos: se confundieron centavos y pesos. No se registró nada.',
    en: 'The provider reports exactly {unit} times more or less: cents and pesos are mixed up. Nothing was booked.',
  },
  CURRENCY_MISMATCH: {
    es: 'El proveedor reporta otra moneda. No se registró nada.',
    en: 'The provider reports another currency. Nothing was booked.',
  },
  AMOUNT_CONFLICT: {
    es: 'Hay valores que se contradicen.',
    en: 'Amounts contradict each other.',
  },
  AMOUNT_UNCONFIRMED: {
    es: 'El proveedor dice que está pagado y nada confirma cuánto llegó.',
    en: 'The provider reports it as paid, and nothing confirms how much arrived.',
  },
  MISSING_HERE: {
    es: 'El proveedor tiene una orden o dinero que no está en nuestros registros.',
    en: 'The provider has an order or money that is not in our records.',
  },
  OVERREFUNDED: {
    es: 'Se devuelve al pagador más dinero del que queda.',
    en: 'More money goes back to the payer than is left.',
  },
  CHARGEBACK: { es: 'El dinero fue devuelto.', en: 'The money was reversed.' },
  STATUS_CONFLICT: { es: 'Hay estados que se contradicen.', en: 'Statuses contradict each other.' },
  ORPHAN: { es: 'Llegó un aviso de una orden desconocida.', en: 'There is an update for an unknown order.' },
  MISSING_AT_PROVIDER: {
    es: 'El proveedor dice que no tiene la orden, o no ha podido decir en qué estado está.',
    en: 'The provider answers that it does not have the order, or could not answer what its status is.',
  },
  UNRECOGNISED_STATUS: {
    es: 'El proveedor reporta un estado que no está en sus documentos.',
    en: 'The provider reports a status that is not in its documents.',
  },
} as const satisfies Record<DiscrepancyKind, Phrase>;
