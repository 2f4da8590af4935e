import { texts } from '../../texts/texts.js';
import type { LinkState } from './state.js';

export const linkTexts = texts(
  {
    states: { OPEN: 'Activo', DISABLED: 'Desactivado', OVER: 'Vencido', USED_UP: 'Agotado' } satisfies Record<
      LinkState,
      string
    >,
    between: (min: string, max: string) => (min === max ? min : `De ${min} a ${max}`),
    usedOf: (used: number, uses: number) => `${used} de ${uses}`,
    usedOfAny: (used: number) => `${used}, sin límite`,
    reference: 'Referencia',
    amount: 'Monto',
    status: 'Estado',
    uses: 'Usos',
    expires: 'Vence',
    never: 'Nunca',
    createdAt: 'Creado',
    link: 'el enlace',
    rails: 'Medios',
    allRails: 'Todos los disponibles',
  },
  {
    states: { OPEN: 'Active', DISABLED: 'Disabled', OVER: 'Expired', USED_UP: 'Used up' },
    between: (min, max) => (min === max ? min : `From ${min} to ${max}`),
    usedOf: (used, uses) => `${used} of ${uses}`,
    usedOfAny: (used) => `${used}, no limit`,
    reference: 'Reference',
    amount: 'Amount',
    status: 'Status',
    uses: 'Uses',
    expires: 'Expires',
    never: 'Never',
    createdAt: 'Created',
    link: 'the link',
    rails: 'Rails',
    allRails: 'All that are open',
  },
);
