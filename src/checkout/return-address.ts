import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { signingKey } from '../notifications/signing-keys.js';
import { OWNER, SecretBox } from '../secrets/secret-box.js';
import type { PayinStatus } from '../payins/domain/status.js';
import type { CheckoutView } from '../payins/use-cases/checkout.service.js';
import { READ_NOTIFICATION_SECRETS } from './checkout.queries.js';
import { httpUrl } from './pages/http-url.js';

const OWN_PARAMETERS = ['payinId', 'status', 'timestamp', 'signature'] as const;

/** What is signed for a merchant to whom a payer comes back. */
export interface ReturnedPayin {
  payinId: string;
  status: PayinStatus;
  /** Seconds since 1970. */
  timestamp: number;
}

/** HMAC-SHA256 of `payinId.status.timestamp`, in hexadecimal digits. */
export function returnSignature({ payinId, status, timestamp }: ReturnedPayin, secret: string): string {
  return createHmac('sha256', signingKey(secret)).update(`${payinId}.${status}.${timestamp}`).digest('hex');
}

/** A merchant's address with our parameters; undefined where it is none. Those that it has by the same names are ours alone. */
export function withReturn(redirectUrl: string, payin: ReturnedPayin, secrets: readonly string[]): string | undefined {
  const address = httpUrl(redirectUrl);
  if (address === undefined) return undefined;
  const url = new URL(address);
  for (const name of OWN_PARAMETERS) if (url.searchParams.has(name)) url.searchParams.delete(name);
  const { payinId, status, timestamp } = payin;
  const signature = secrets.map((secret) => returnSignature(payin, secret)).join(',');
  const own = new URLSearchParams({ payinId, status, timestamp: String(timestamp), signature });
  // The merchant's own query stays as it is written.
  url.search = [url.search.slice(1), own.toString()].filter(Boolean).join('&');
  return url.href;
}

/** Where the payer of a payin goes back to. */
@Injectable()
export class ReturnAddresses {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  /** With each secret that holds, while one is being replaced. Undefined where the merchant named no address. */
  async of({ organizationId, redirectUrl, payinId, status, now }: CheckoutView): Promise<string | undefined> {
    if (redirectUrl === null) return undefined;
    const [row] = await this.database.query(READ_NOTIFICATION_SECRETS, { organizationId });
    const secrets = (row?.secrets ?? []).map((sealed) => this.box.open(sealed, OWNER.organization(organizationId)));
    return withReturn(redirectUrl, { payinId, status, timestamp: Math.floor(now.getTime() / 1000) }, secrets);
  }
}
