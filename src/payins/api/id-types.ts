import { ID_TYPES, type IdType } from '@recaudo/payment-provider';

/** Other spellings of document types that are taken in. */
const ALIASES: Readonly<Record<string, IdType>> = {
  CO_CC: 'CC',
  CO_CE: 'CE',
  CO_NIT: 'NIT',
  PPN: 'PA',
  PASSPORT: 'PA',
};

/** Every spelling of a document type that a merchant may use. */
export const ID_TYPE_SPELLINGS: readonly string[] = [...ID_TYPES, ...Object.keys(ALIASES)];

/** Our name for a document type, whatever its spelling. */
export function toIdType(spelling: string): IdType {
  return ALIASES[spelling] ?? (spelling as IdType);
}
