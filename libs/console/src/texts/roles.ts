import type { Role } from '../api/session.js';
import { texts } from './texts.js';

/** What each role may do, in a sentence. */
export const roleTexts = texts(
  {
    viewer: 'Ve pagos, discrepancias, devoluciones, conciliaciones y cierres; no cambia nada',
    support: 'Ve todo lo de los pagos; los crea, actualiza y cancela, y reenvía notificaciones',
    operator: 'Lo de soporte; además resuelve discrepancias, concilia archivos y pide devoluciones',
    approver: 'Lo de operación; además aprueba lo que otra persona propuso',
    developer: 'Ve todo lo de los pagos; crea pagos y enlaces, y administra destinos y llaves',
    owner: 'Puede todo: también invita personas y lee la auditoría',
  } satisfies Record<Role, string>,
  {
    viewer: 'Sees payments, discrepancies, refunds, statements and daily closes; changes nothing',
    support: 'Sees all about payments; creates, refreshes and cancels them, and resends notifications',
    operator: 'As support; also resolves discrepancies, reconciles statements and asks for refunds',
    approver: 'As operator; also approves what another person has proposed',
    developer: 'Sees all about payments; creates payments and links, and manages endpoints and keys',
    owner: 'May do everything: also invite people and read the audit log',
  },
);
