import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A person who signs in. One e-mail address is one person in all organizations; what they may do stands in their memberships. */
export const PersonEntity = defineEntity({
  name: 'Person',
  tableName: 'people',
  uniques: [{ properties: ['oidcIssuer', 'oidcSubject'] }],
  properties: {
    id: p.uuid().primary(),
    /** In lower case. */
    email: p.string().length(254).unique(),
    name: p.string().length(120),
    /** Argon2id. Null: none was chosen, and nobody signs in with one. */
    passwordHash: p.text().nullable(),
    /** Who the person is at the OpenID Connect provider by which they first came in: from then on an e-mail address says nothing there. */
    oidcIssuer: p.text().nullable(),
    oidcSubject: p.text().nullable(),
    /** When an invitation was first accepted: from then on a password can only be used, not chosen. */
    claimedAt: p.datetime(6).nullable(),
    /** By the operator, in all organizations. */
    disabledAt: p.datetime(6).nullable(),
    /** Sealed. */
    totpSecret: p.text().nullable(),
    /** Sealed; takes the place of `totpSecret` when a code of it is confirmed. */
    pendingTotpSecret: p.text().nullable(),
    /** The newest step whose code was used: it and older ones are not accepted again. */
    totpStep: p.bigint().default(0),
    /** SHA-256 of each that was not used yet. */
    recoveryCodeHashes: p.array().defaultRaw(`'{}'`),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
export type Person = InferEntity<typeof PersonEntity>;
