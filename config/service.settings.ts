import { BooleanSetting, type Rail } from '@recaudo/payment-provider';
import { Transform } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IsProxyNetwork } from './networks.js';
import { railPolicy, type RailPolicy, RailPolicyOverride, toPolicyOverride } from './rail-policies.js';

const toNumber = Transform(({ value }) =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value,
);
const toList = Transform(({ value }) =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean)
    : value,
);
const isPolicy = ValidateNested({ message: 'must be a JSON object' });

const SECRETS_KEY = /^[A-Za-z0-9+/]{43}=$/;
const SECRETS_KEY_RULE = 'must be Base64 of 32 bytes, as `openssl rand -base64 32` writes it';

export const ROLES = ['all', 'api', 'worker'] as const;

/** Environment of the service itself; each property is the variable's name. Absent means the default that stands here. */
export class ServiceSettings {
  /** `production` is the operator's word that real money moves; it refuses everything that is for development. */
  @IsOptional()
  @IsIn(['production', 'development', 'test'])
  NODE_ENV: string = 'development';

  /** PostgreSQL, as `readDatabaseUrl` takes it. `npm start` brings its own server when it is absent. */
  @IsString()
  DATABASE_URL!: string;

  /** Whether production may reach its database on another host without encryption. */
  @BooleanSetting()
  DATABASE_ALLOW_UNENCRYPTED: boolean = false;

  @toNumber
  @IsInt()
  @Min(1)
  @Max(65535)
  PORT: number = 3000;

  /** Where providers and payers reach us; goes into webhook URLs. Absent: `http://localhost:PORT`. */
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false, disallow_auth: true })
  PUBLIC_URL?: string;

  /** `api` leaves the due work to other replicas; `worker` does it, and serves /health and /metrics only. */
  @IsIn(ROLES)
  ROLE: (typeof ROLES)[number] = 'all';

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL: string = 'info';

  /** Enabled providers. Absent outside production: all of them. */
  @IsOptional()
  @toList
  @IsString({ each: true })
  PROVIDERS?: string[];

  /** Providers whose contracts for merchants are served under `/drop-in/<name>`. Absent: none. */
  @IsOptional()
  @toList
  @IsString({ each: true })
  DROP_IN?: string[];

  /** Where the built-in sandbox listens when it runs. */
  @toNumber
  @IsInt()
  @Min(1)
  @Max(65535)
  SANDBOX_PORT: number = 4000;

  /** Providers of a rail, in the order in which they are tried. Absent: every enabled provider that has the rail. */
  @IsOptional() @toList @IsString({ each: true }) ROUTING_PSE?: string[];
  @IsOptional() @toList @IsString({ each: true }) ROUTING_BRE_B?: string[];
  @IsOptional() @toList @IsString({ each: true }) ROUTING_NEQUI?: string[];
  @IsOptional() @toList @IsString({ each: true }) ROUTING_EFECTY?: string[];
  @IsOptional() @toList @IsString({ each: true }) ROUTING_CARD?: string[];
  @IsOptional() @toList @IsString({ each: true }) ROUTING_TRANSFIYA?: string[];
  @IsOptional() @toList @IsString({ each: true }) ROUTING_ANY?: string[];

  /** Creates an organization with this key at the start if none exists. Refused in production. */
  @IsOptional()
  @IsString()
  @MinLength(8)
  BOOTSTRAP_API_KEY?: string;

  /** `whsec_…`: signs the notifications of that organization. Refused in production. */
  @IsOptional()
  @Matches(/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/, { message: 'must be whsec_ followed by Base64' })
  BOOTSTRAP_NOTIFICATION_SECRET?: string;

  /** Base64 of 32 bytes: stored secrets are encrypted with it. Absent outside production: one is made and kept under `.data/`. */
  @IsOptional()
  @Matches(SECRETS_KEY, { message: SECRETS_KEY_RULE })
  SECRETS_KEY?: string;

  /** The key before, while it is being replaced: what is encrypted with it can still be read. */
  @IsOptional()
  @Matches(SECRETS_KEY, { message: SECRETS_KEY_RULE })
  SECRETS_KEY_PREVIOUS?: string;

  /** Notifications and provider calls may reach private addresses. Absent: yes outside production; refused in production. */
  @IsOptional()
  @BooleanSetting()
  OUTBOUND_ALLOW_PRIVATE?: boolean;

  /** Whether `/docs` and `/openapi.json` are served. Absent: outside production. */
  @IsOptional()
  @BooleanSetting()
  API_DOCS?: boolean;

  /** Whoever reads `/metrics` sends it as a bearer token. Absent: anybody may, and in production nobody. */
  @IsOptional()
  @IsString()
  @MinLength(16)
  METRICS_KEY?: string;

  /** Requests that this process takes at once; of one organization alone half. A few more wait for their turn; others are answered 503 with Retry-After. */
  @toNumber
  @IsInt()
  @Min(8)
  @Max(100_000)
  REQUESTS_AT_ONCE_MAX: number = 256;

  /** A session ends after so long without a request. */
  @toNumber
  @IsInt()
  @Min(1)
  @Max(86_400)
  SESSION_IDLE_SECONDS: number = 1800;

  /** A session ends after so long in any case. */
  @toNumber
  @IsInt()
  @Min(1)
  @Max(2_592_000)
  SESSION_MAX_SECONDS: number = 43_200;

  /** Whether a person without a second factor may do nothing but set one up. */
  @BooleanSetting()
  REQUIRE_SECOND_FACTOR: boolean = false;

  /** People sign in by this OpenID Connect provider, too. In production over HTTPS. */
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false, disallow_auth: true })
  OIDC_ISSUER?: string;

  @IsOptional()
  @IsString()
  OIDC_CLIENT_ID?: string;

  @IsOptional()
  @IsString()
  OIDC_CLIENT_SECRET?: string;

  /** Requests a minute of one API key or person, counted by each replica for itself: more are answered 429 with Retry-After. 0: as many as come. */
  @toNumber
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  KEY_REQUESTS_PER_MINUTE: number = 0;

  /** Addresses and ranges of the proxies whose `X-Forwarded-For` is believed, such as `10.0.0.0/8`. Absent: nobody's. */
  @IsOptional()
  @toList
  @IsProxyNetwork({ each: true })
  TRUSTED_PROXIES?: string[];

  /** What a person books, reverses, accepts or writes off by hand: more than this waits for a second one. 0: all of it does. */
  @toNumber
  @IsInt()
  @Min(0)
  @Max(100_000_000_000_000)
  CORRECTION_APPROVAL_ABOVE_IN_CENTS: number = 100_000_000;

  /** Where the refunds of a payin are together more than this, somebody else than who requested one approves it. 0: always. */
  @toNumber
  @IsInt()
  @Min(0)
  @Max(100_000_000_000_000)
  REFUND_APPROVAL_ABOVE_IN_CENTS: number = 100_000_000;

  /**
   * A provider answers that a payin is paid, the payer could edit the amount, and the answer may only repeat what was asked. `hold`: the amount
   * is `UNCONFIRMED` until a webhook, a statement or a person confirms it. `believe`: after half a minute it is booked as asked, at the operator's own risk.
   */
  @IsIn(['hold', 'believe'])
  UNCONFIRMED_AMOUNT: 'hold' | 'believe' = 'hold';

  /** So many days after a payin was over, and last changed, what is known of its payer is forgotten, each night. 0: never. */
  @toNumber
  @IsInt()
  @Min(0)
  @Max(36_500)
  PERSONAL_DATA_RETENTION_DAYS: number = 0;

  /** How often expired payins are claimed. */
  @toNumber
  @IsNumber()
  @Min(0.01)
  @Max(3600)
  EXPIRY_SWEEP_SECONDS: number = 60;

  /** How often payins whose status check is due are claimed; other due work is claimed each second at least. */
  @toNumber
  @IsNumber()
  @Min(0.01)
  @Max(3600)
  POLL_TICK_SECONDS: number = 1;

  /** How long a service that was asked to end goes on answering while it says that it is not ready. Absent: 5 in production, else 0. */
  @IsOptional()
  @toNumber
  @IsInt()
  @Min(0)
  @Max(10)
  SHUTDOWN_DRAIN_SECONDS?: number;

  /** From this hour on (in Bogotá) each day the providers that list their orders are asked for those of the last days; `off`: never. */
  @toNumber
  @ValidateIf(({ RECONCILIATION_HOUR }: ServiceSettings) => RECONCILIATION_HOUR !== 'off')
  @Max(23)
  @Min(0)
  @IsInt({ message: 'must be an hour, 0 to 23, or off' })
  RECONCILIATION_HOUR: number | 'off' = 4;

  /** How many whole days before today that list has. */
  @toNumber
  @IsInt()
  @Min(1)
  @Max(30)
  RECONCILIATION_DAYS: number = 3;

  /** Overrides any part of a rail's policy: `{"defaultMinutes","minMinutes","maxMinutes","pollSeconds":[…],"lateHours","payerMayEditAmount"}`. */
  @IsOptional() @toPolicyOverride @isPolicy RAIL_POLICY_PSE?: RailPolicyOverride;
  @IsOptional() @toPolicyOverride @isPolicy RAIL_POLICY_BRE_B?: RailPolicyOverride;
  @IsOptional() @toPolicyOverride @isPolicy RAIL_POLICY_NEQUI?: RailPolicyOverride;
  @IsOptional() @toPolicyOverride @isPolicy RAIL_POLICY_EFECTY?: RailPolicyOverride;
  @IsOptional() @toPolicyOverride @isPolicy RAIL_POLICY_CARD?: RailPolicyOverride;
  @IsOptional() @toPolicyOverride @isPolicy RAIL_POLICY_TRANSFIYA?: RailPolicyOverride;
  @IsOptional() @toPolicyOverride @isPolicy RAIL_POLICY_ANY?: RailPolicyOverride;

  get production(): boolean {
    return this.NODE_ENV === 'production';
  }

  get publicUrl(): string {
    return (this.PUBLIC_URL ?? `http://localhost:${this.PORT}`).replace(/\/+$/, '');
  }

  get allowPrivateAddresses(): boolean {
    return this.OUTBOUND_ALLOW_PRIVATE ?? !this.production;
  }

  get servesDocs(): boolean {
    return this.servesApi && (this.API_DOCS ?? !this.production);
  }

  get shutdownDrainMs(): number {
    return (this.SHUTDOWN_DRAIN_SECONDS ?? (this.production ? 5 : 0)) * 1000;
  }

  railPolicy(rail: Rail): RailPolicy {
    return railPolicy(rail, this[`RAIL_POLICY_${rail}`]);
  }

  get doesDueWork(): boolean {
    return this.ROLE !== 'api';
  }

  get servesApi(): boolean {
    return this.ROLE !== 'worker';
  }
}
