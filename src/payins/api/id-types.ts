import { ID_TYPES, type IdType } from '@recaudo/payment-provider';

/** Other accepted spellings of document types. */
const ALIASES: Readonly<Record<string, IdType>> = {
  CO_CC: 'CC',
  CO_CE: 'CE',
  CO_NIT: 'NIT',
  PPN: 'PA',
  PASSPORT: 'PA',
};

/** Every accepted spelling of a document type. */
export const ID_TYPE_SPELLINGS: readonly string[] = [...ID_TYPES, ...Object.keys(ALIASES)];

/** Our name for a document type, whatever its spelling. */
export function toIdType(spelling: string): IdType {
  return ALIASES[spelling] ?? (spelling as IdType);
}
