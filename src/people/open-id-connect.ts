import { MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import * as client from 'openid-client';
import { ServiceSettings } from '../../config/service.settings.js';
import { AuditLog } from '../audit/audit-log.js';
import { Database } from '../database/database.js';
import { Problem } from '../http/problem.js';
import { describeError } from '../logging/describe-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { ACCEPT_ALL_INVITATIONS, CLAIM_WITHOUT_PASSWORD, PERSON_BY_EMAIL, type SigningIn } from './people.queries.js';
import type { IssuedSession } from './person-sessions.js';
import { SignIn } from './sign-in.service.js';

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
   * @throws Problem NOT_FOUND, UNAVAILABLE, SIGN_IN_FAILED
   */
  async finish(kept: string | undefined, query: string): Promise<IssuedSession> {
    const configuration = await this.configuration();
    const attempt = this.read(kept);
    if (!attempt) throw failed('Begin again: GET /session/oidc.');
    const email = await this.verifiedEmail(configuration, attempt, query);
    const person = email === undefined ? undefined : await this.member(email.toLowerCase());
    if (!person) throw failed('Nobody was invited with an e-mail address that the provider has verified for you.');
    // How strongly a person shows there who they are is the provider's matter.
    return this.signing.start(person, true, 'OPENID_CONNECT');
  }

  private async verifiedEmail(
    configuration: client.Configuration,
    { state, nonce, codeVerifier }: Attempt,
    query: string,
  ): Promise<string | undefined> {
    try {
      const tokens = await client.authorizationCodeGrant(configuration, new URL(this.callbackUrl + query), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims()!;
      const found =
        claims['email'] === undefined
          ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : claims;
      const { email, email_verified: isVerified } = found;
      return typeof email === 'string' && isVerified === true ? email : undefined;
    } catch (error) {
      this.logger.warn({ error: describeError(error) }, 'a sign-in by OpenID Connect failed');
      throw failed('The provider did not confirm the sign-in. Begin again: GET /session/oidc.');
    }
  }

  /**
   * A verified address accepts its invitations. Not where the account has a password: an organization may have chosen that before its owner came.
   * @returns undefined for who may act nowhere
   */
  private async member(email: string): Promise<SigningIn | undefined> {
    const [invited] = await this.database.query(PERSON_BY_EMAIL, { email });
    if (!invited || invited.isDisabled) return undefined;
    if (invited.passwordHash === null) await this.acceptAll(invited.id);
    const [person] = await this.database.query(PERSON_BY_EMAIL, { email });
    return person && person.organizationIds.length > 0 ? person : undefined;
  }

  private async acceptAll(personId: string): Promise<void> {
    await (this.orm.em.fork() as EntityManager).transactional(async (em) => {
      const claimed = await em.execute<object[]>(CLAIM_WITHOUT_PASSWORD, [personId]);
      if (claimed.length === 0) return;
      const accepted = await em.execute<{ organization_id: string }[]>(ACCEPT_ALL_INVITATIONS, [personId]);
      for (const { organization_id: organizationId } of accepted)
        await this.audit.record(
          { by: { organizationId, personId }, action: 'person.joined', subject: { type: 'person', id: personId } },
          em,
        );
    });
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

function failed(detail: string): Problem {
  return new Problem('SIGN_IN_FAILED', detail);
}
