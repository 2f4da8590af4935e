/** As the ORM takes it, inside its transaction. Payins of the organization can still be inserted meanwhile. */
export const LOCK_ORGANIZATION = 'select 1 from organizations where id = ? for no key update';
