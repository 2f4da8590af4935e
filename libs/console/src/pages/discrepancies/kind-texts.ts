import { texts } from '../../texts/texts.js';
import type { DiscrepancyKind } from '../../texts/values.js';

type OfKind = Record<DiscrepancyKind, { means: string; toDo: string }>;

/** What each kind means and what to do about it: docs/discrepancies.md in plain words. */
export const kindTexts = texts(
  {
    UNDERPAID: {
      means: 'Llegó menos de lo que se pidió.',
      toDo: 'Pida al pagador lo que falta, acéptelo como pagado o devuelva lo que llegó.',
    },
    OVERPAID: {
      means: 'Llegó más de lo que se pidió.',
      toDo: 'Devuelva lo que sobra, o abónelo al pagador.',
    },
    LATE_PAYMENT: {
      means: 'El dinero llegó después de que el pago terminó sin pagarse.',
      toDo: 'Entregue de todas formas, o devuelva el dinero.',
    },
    PAID_TWICE: {
      means: 'Llegó otro pago cuando ya estaba todo pagado.',
      toDo: 'Devuelva el segundo pago.',
    },
    UNIT_MISMATCH: {
      means: 'El monto es exactamente 100 veces más o menos: se confundieron pesos y centavos. No se registró nada.',
      toDo: 'Revise la unidad configurada para el proveedor y después la orden en su portal.',
    },
    CURRENCY_MISMATCH: {
      means: 'El proveedor informa otra moneda. No se registró nada.',
      toDo: 'Revise la orden en el portal del proveedor.',
    },
    AMOUNT_CONFLICT: {
      means: 'Dos fuentes dan montos distintos del mismo pago, o ninguna da uno que sirva.',
      toDo: 'Vea en el proveedor o en el banco cuál es cierto, y corrija el nuestro si está mal.',
    },
    AMOUNT_UNCONFIRMED: {
      means:
        'El proveedor dice que está pagado, el pagador podía cambiar el monto y nadie confirmó cuánto llegó. No se registró nada.',
      toDo: 'Vea en el banco o en el extracto cuánto llegó. Si es exactamente lo pedido, acéptelo; si es otro monto, regístrelo.',
    },
    ORPHAN: {
      means: 'Un webhook del proveedor habla de una orden que aquí no existe.',
      toDo: 'Averigüe qué sistema creó la orden: otro con la misma cuenta, o una base de datos restaurada.',
    },
    MISSING_AT_PROVIDER: {
      means: 'El proveedor ya no encuentra la orden, o su extracto no trae un pago que aquí está registrado.',
      toDo: 'Pregunte al proveedor con la referencia y con su propio número.',
    },
    MISSING_HERE: {
      means: 'La lista o el extracto del proveedor trae una orden o dinero nuestro que aquí no está.',
      toDo: 'Averigüe qué sistema creó la orden. El dinero está en el proveedor.',
    },
    STATUS_CONFLICT: {
      means: 'Lo que informa el proveedor y nuestro registro se contradicen.',
      toDo: 'Revise la orden en el proveedor, y corrija la nuestra si está mal.',
    },
    CHARGEBACK: {
      means: 'Dinero que había llegado se reversó.',
      toDo: 'Detenga la entrega, dispute el contracargo ante el proveedor o castíguelo.',
    },
    OVERREFUNDED: {
      means: 'Se reversó dinero que ya se iba a devolver: entre las dos cosas sale más de lo que llegó.',
      toDo: 'Cancele la devolución. Si ya se pagó, dispute el reverso o castíguelo.',
    },
    UNRECOGNISED_STATUS: {
      means: 'El proveedor responde un estado que no está en su documentación. El pago no cambió.',
      toDo: 'Pregunte al proveedor qué significa, y pida que se agregue.',
    },
  } satisfies OfKind,
  {
    UNDERPAID: {
      means: 'Less arrived than was requested.',
      toDo: 'Ask the payer for the rest, accept it as paid, or refund what arrived.',
    },
    OVERPAID: {
      means: 'More arrived than was requested.',
      toDo: 'Refund what is too much, or credit it to the payer.',
    },
    LATE_PAYMENT: {
      means: 'Money arrived after the payment had ended unpaid.',
      toDo: 'Deliver after all, or refund the money.',
    },
    PAID_TWICE: { means: 'Another payment arrived when all was paid.', toDo: 'Refund the second payment.' },
    UNIT_MISMATCH: {
      means: 'The amount is off by a factor of exactly 100: pesos and cents are mixed up. Nothing is booked.',
      toDo: 'Check the unit that is set for the provider, then check the order there.',
    },
    CURRENCY_MISMATCH: {
      means: 'The provider reports another currency. Nothing is booked.',
      toDo: 'Check the order at the provider.',
    },
    AMOUNT_CONFLICT: {
      means: 'Two sources report different amounts of one payment, or none reports a usable one.',
      toDo: 'See at the provider or the bank which is true, and correct ours where it is wrong.',
    },
    AMOUNT_UNCONFIRMED: {
      means:
        'The provider says that it is paid, the payer could edit the amount, and nobody has confirmed how much arrived. Nothing is booked.',
      toDo: 'See at the bank or in the statement how much arrived. If it is exactly what was requested, accept it; if it is another amount, book it.',
    },
    ORPHAN: {
      means: 'A webhook of the provider is about an order that is not known here.',
      toDo: 'Find out which system created the order: another one with the same account, or a database that was restored.',
    },
    MISSING_AT_PROVIDER: {
      means: 'The provider does not find the order any more, or its statement lacks a payment that is booked here.',
      toDo: 'Ask the provider with the reference and with its own number.',
    },
    MISSING_HERE: {
      means: 'The provider’s list or statement has an order or money of ours that is not here.',
      toDo: 'Find out which system created the order. The money is at the provider.',
    },
    STATUS_CONFLICT: {
      means: 'What the provider reports and our records contradict each other.',
      toDo: 'Check the order at the provider, and correct ours where it is wrong.',
    },
    CHARGEBACK: {
      means: 'Money that had arrived was reversed.',
      toDo: 'Stop the delivery, contest the chargeback at the provider, or write it off.',
    },
    OVERREFUNDED: {
      means: 'Money was reversed that was to be refunded: both together are more than what arrived.',
      toDo: 'Cancel the refund. Where it is paid, contest the reversal or write it off.',
    },
    UNRECOGNISED_STATUS: {
      means: 'The provider answers with a status that its documents do not have. The payment did not change.',
      toDo: 'Ask the provider what it means, and have it added.',
    },
  },
);
