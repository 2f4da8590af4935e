import { MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import * as client from 'openid-client';
import { ServiceSettings } from '../../config/service.settings.js';
import type { AuditFacts } from '../audit/audit-entry.js';
import { AuditLog } from '../audit/audit-log.js';
import { Database } from '../database/database.js';
import { Problem } from '../http/problem.js';
import { describeError } from '../logging/describe-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { FailedSignIns } from './failed-sign-ins.js';
import {
  ACCEPT_ALL_INVITATIONS,
  ACTIVE_MEMBERSHIPS,
  CLAIM_WITHOUT_PASSWORD,
  LINK_IDENTITY,
  type OidcIdentity,
  PERSON_BY_EMAIL,
  PERSON_BY_ID,
  PERSON_BY_IDENTITY,
  type SigningIn,
} from './people.queries.js';
import type { IssuedSession } from './person-sessions.js';
import { SignIn } from './sign-in.service.js';
import { SignInThrottle } from './sign-in-throttle.js';

const TIMEOUT_SECONDS = 5;
export const ATTEMPT_SECONDS = 600;
/** Whom the sealed attempt belongs to: it can be opened for nothing else. */
const ATTEMPT_OWNER = 'sign-in by OpenID Connect';
const SCOPE = 'openid email';

/** What the browser keeps, sealed, while it is at the provider. */
interface Attempt {
  state: string;
  nonce: string;
  codeVerifier: string;
  endsAt: number;
}

/** Signing in by the organization's own accounts: the code flow with PKCE. */
@Injectable()
export class OpenIdConnect {
  private readonly logger = new Logger('OpenIdConnect');
  #configuration: Promise<client.Configuration> | undefined;

  constructor(
    private readonly orm: MikroORM,
    private readonly database: Database,
    private readonly secrets: SecretBox,
    private readonly signing: SignIn,
    private readonly throttle: SignInThrottle,
    private readonly failures: FailedSignIns,
    private readonly audit: AuditLog,
    private readonly settings: ServiceSettings,
  ) {}

  /**
   * @returns where the browser goes, and what it keeps meanwhile
   * @throws Problem NOT_FOUND, UNAVAILABLE
   */
  async begin(): Promise<{ url: string; attempt: string }> {
    const configuration = await this.configuration();
    const codeVerifier = client.randomPKCECodeVerifier();
    const endsAt = Date.now() + ATTEMPT_SECONDS * 1000;
    const attempt: Attempt = { state: client.randomState(), nonce: client.randomNonce(), codeVerifier, endsAt };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.callbackUrl,
      scope: SCOPE,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, attempt: this.secrets.seal(JSON.stringify(attempt), ATTEMPT_OWNER) };
  }

  /**
   * @param kept what the browser has kept
   * @param query of the address to which the provider has sent it
   * @throws Problem NOT_FOUND, UNAVAILABLE, SIGN_IN_FAILED, TOO_MANY_SIGN_INS
   */
  async finish(kept: string | undefined, query: string, address: string | null): Promise<IssuedSession> {
    const configuration = await this.configuration();
    const counters = this.throttle.countersOfAddress(address);
    await this.throttle.count(counters);
    const attempt = this.read(kept);
    if (!attempt) throw failed('Begin again: GET /session/oidc.');
    const person = await this.whoCame(configuration, attempt, query);
    await this.throttle.uncount(counters);
    // How strongly a person shows there who they are is the provider's matter.
    return this.signing.start(person, true, 'OPENID_CONNECT');
  }

  /** By what the provider calls them; by a verified e-mail address only at the first time, as an address may be another one's later. */
  private async whoCame(configuration: client.Configuration, attempt: Attempt, query: string): Promise<SigningIn> {
    const tokens = await this.confirmed(() => this.tokens(configuration, attempt, query));
    const claims = tokens.claims()!;
    const identity: OidcIdentity = { issuer: claims.iss, subject: claims.sub };
    const [linked] = await this.database.query(PERSON_BY_IDENTITY, identity);
    const email = linked ? undefined : await this.confirmed(() => verifiedEmail(configuration, tokens, claims));
    const [invited] = email === undefined ? [] : await this.database.query(PERSON_BY_EMAIL, { email });
    const known = linked ?? invited;
    const person = known && (await this.admit(known, linked ? undefined : identity));
    if (person) return person;
    await this.failures.record(known, 'OPENID_CONNECT');
    throw failed('Nobody was invited with an e-mail address that the provider has verified for you.');
  }

  private tokens(
    configuration: client.Configuration,
    { state, nonce, codeVerifier }: Attempt,
    query: string,
  ): Promise<Tokens> {
    return client.authorizationCodeGrant(configuration, new URL(this.callbackUrl + query), {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    });
  }

  private async confirmed<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      this.logger.warn({ error: describeError(error) }, 'a sign-in by OpenID Connect failed');
      throw failed('The provider did not confirm the sign-in. Begin again: GET /session/oidc.');
    }
  }

  /**
   * Whoever comes accepts their invitations. Not where the account has a password: an organization may have chosen that before its owner came.
   * @param identity of who comes for the first time
   * @returns undefined for who may act nowhere, and for an account that belongs to another one of the provider's
   */
  private async admit(
    { id, isDisabled, passwordHash }: SigningIn,
    identity: OidcIdentity | undefined,
  ): Promise<SigningIn | undefined> {
    if (isDisabled) return undefined;
    const isAdmitted = await (this.orm.em.fork() as EntityManager)
      .transactional(async (em) => {
        if (identity && !(await link(em, id, identity))) return false;
        if (passwordHash === null) await this.acceptAll(em, id);
        const active = await em.execute<{ organization_id: string }[]>(ACTIVE_MEMBERSHIPS, [id]);
        // Nothing is linked then.
        if (active.length === 0) throw new ActsNowhere();
        if (identity)
          for (const { organization_id: organizationId } of active)
            await this.record(em, organizationId, id, 'person.identity_linked', { issuer: identity.issuer });
        return true;
      })
      .catch((error: unknown) => {
        if (error instanceof ActsNowhere) return false;
        throw error;
      });
    if (!isAdmitted) return undefined;
    const [person] = await this.database.query(PERSON_BY_ID, { id });
    return person;
  }

  private async acceptAll(em: EntityManager, personId: string): Promise<void> {
    const claimed = await em.execute<object[]>(CLAIM_WITHOUT_PASSWORD, [personId]);
    if (claimed.length === 0) return;
    const accepted = await em.execute<{ organization_id: string }[]>(ACCEPT_ALL_INVITATIONS, [personId]);
    for (const { organization_id: organizationId } of accepted)
      await this.record(em, organizationId, personId, 'person.joined');
  }

  private record(
    em: EntityManager,
    organizationId: string,
    personId: string,
    action: `person.${string}`,
    after?: AuditFacts,
  ): Promise<void> {
    const subject = { type: 'person', id: personId };
    return this.audit.record({ by: { organizationId, personId }, action, subject, after }, em);
  }

  private read(kept: string | undefined): Attempt | undefined {
    if (kept === undefined) return undefined;
    try {
      const attempt = JSON.parse(this.secrets.open(kept, ATTEMPT_OWNER)) as Attempt;
      return attempt.endsAt > Date.now() ? attempt : undefined;
    } catch {
      return undefined;
    }
  }

  private get callbackUrl(): string {
    return `${this.settings.publicUrl}/session/oidc/callback`;
  }

  /** Read once; again after a failure. */
  private async configuration(): Promise<client.Configuration> {
    const { OIDC_ISSUER: issuer } = this.settings;
    if (!issuer) throw new Problem('NOT_FOUND', 'This service has no sign-in by OpenID Connect.');
    this.#configuration ??= this.discover(new URL(issuer));
    try {
      return await this.#configuration;
    } catch (error) {
      this.#configuration = undefined;
      this.logger.warn({ error: describeError(error) }, 'the OpenID Connect provider cannot be read');
      throw new Problem(
        'UNAVAILABLE',
        'The provider of the sign-in does not answer. Try again in a moment.',
        undefined,
        {
          'retry-after': '5',
        },
      );
    }
  }

  private async discover(issuer: URL): Promise<client.Configuration> {
    const { OIDC_CLIENT_ID: id = '', OIDC_CLIENT_SECRET: secret = '' } = this.settings;
    // In production the settings refuse an issuer without encryption.
    const options = issuer.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {};
    const found = await client.discovery(issuer, id, undefined, client.None(), {
      timeout: TIMEOUT_SECONDS,
      ...options,
    });
    const server = found.serverMetadata();
    // The standard's default is basic.
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const isBasic = methods.includes('client_secret_basic');
    const authentication = isBasic ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret);
    const configuration = new client.Configuration(server, id, secret, authentication);
    configuration.timeout = TIMEOUT_SECONDS;
    if (issuer.protocol === 'http:') client.allowInsecureRequests(configuration);
    return configuration;
  }
}

type Tokens = Awaited<ReturnType<typeof client.authorizationCodeGrant>>;

class ActsNowhere extends Error {}

/** @returns false where another one of the same provider's has the account */
async function link(em: EntityManager, personId: string, { issuer, subject }: OidcIdentity): Promise<boolean> {
  return (await em.execute<object[]>(LINK_IDENTITY, [issuer, subject, personId, issuer])).length > 0;
}

async function verifiedEmail(
  configuration: client.Configuration,
  tokens: Tokens,
  claims: client.IDToken,
): Promise<string | undefined> {
  const found =
    claims['email'] === undefined ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : claims;
  const { email, email_verified: isVerified } = found;
  return typeof email === 'string' && isVerified === true ? email.toLowerCase() : undefined;
}

function failed(detail: string): Problem {
  return new Problem('SIGN_IN_FAILED', detail);
}
