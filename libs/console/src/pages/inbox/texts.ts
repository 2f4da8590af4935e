import { texts } from '../../texts/texts.js';

export const inboxTexts = texts(
  {
    hint: 'Lo que los proveedores enviaron, tal como llegó. Lo que no se pudo aplicar se puede aplicar de nuevo.',
    reference: 'Referencia del pago',
    referenceHint: 'Completa',
    badReference: 'De 1 a 64 letras, números o . _ -',
    received: 'Recibido',
    provider: 'Proveedor',
    status: 'Estado',
    outcome: 'Resultado',
    order: 'Nuestra referencia de la orden',
    deliveries: 'Veces',
    attempts: 'Intentos',
    lastError: 'Último error',
    empty: 'Todavía no ha llegado ningún webhook.',
  },
  {
    hint: 'What the providers sent, as it came. What could not be applied can be applied again.',
    reference: 'Reference of the payment',
    referenceHint: 'The whole of it',
    badReference: '1 to 64 letters, digits or . _ -',
    received: 'Received',
    provider: 'Provider',
    status: 'Status',
    outcome: 'Outcome',
    order: 'Our reference of the order',
    deliveries: 'Times',
    attempts: 'Attempts',
    lastError: 'Last error',
    empty: 'No webhook has come yet.',
  },
);
