import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify, LogController } from 'fastify';
import pg from 'pg';

/**
 * The floor: what the bare parts cost that no service can do without, written down as plainly as possible and by none of our own code.
 * A payin is two commits (what is intended, then what came of it) with one call of the provider in between; reading it is one statement; a
 * webhook is its signature and one commit, and with ROLE=all, after its answer, one question to the provider and one commit with what
 * follows. No organizations, no rules, no history, no second provider, no recovery.
 */
const {
  ROLE,
  DATABASE_URL,
  API_KEY = '',
  ORGANIZATION_ID,
  PROVIDER_URL = '',
  PROVIDER_AUTHORIZATION = '',
  PROVIDER_TOKEN = '',
} = process.env;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
const agent = new Agent({ keepAlive: true, maxSockets: 128 });
// As in our service: one line a request.
const app = fastify({ logger: { level: 'info' }, logController: new LogController({ disableRequestLogging: true }) });
app.addHook('onResponse', (request, reply, done) => {
  const { method, url } = request;
  request.log.info({ method, url, statusCode: reply.statusCode, durationMs: reply.elapsedTime }, 'request completed');
  done();
});

interface Customer {
  name: string;
  idType: string;
  idNumber: string;
  phone: string;
  email: string;
}
interface PayinRequest {
  amountInCents: number;
  currency: string;
  rail: string;
  reference: string;
  inlineCustomer: Customer;
}

const text = { type: 'string', minLength: 1, maxLength: 255 };
const schema = {
  body: {
    type: 'object',
    required: ['amountInCents', 'currency', 'rail', 'reference', 'inlineCustomer'],
    properties: {
      amountInCents: { type: 'integer', minimum: 1 },
      currency: { const: 'COP' },
      rail: { const: 'BRE_B' },
      reference: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
      inlineCustomer: {
        type: 'object',
        required: ['name', 'idType', 'idNumber', 'phone', 'email'],
        properties: { name: text, idType: text, idNumber: text, phone: text, email: text },
      },
    },
  },
};

app.post<{ Body: PayinRequest }>('/payins', { schema }, async (request, reply) => {
  if (request.headers.authorization !== `Bearer ${API_KEY}`) return reply.code(401).send({});
  const payin = request.body;
  const id = randomUUID();
  const inserted = await pool.query({
    name: 'insert',
    text: `insert into floor.payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status, expires_at, sequence)
           values ($1, $2, $3, '', $4, $5, $6, $7, 'tumipay', 'CREATED', now() + interval '30 minutes', 1)
           on conflict (organization_id, reference) do nothing`,
    values: [
      ORGANIZATION_ID,
      id,
      payin.reference,
      JSON.stringify(payin),
      payin.amountInCents,
      payin.currency,
      payin.rail,
    ],
  });
  if (inserted.rowCount !== 1) return reply.code(409).send({});
  const answer = await callProvider('POST', '/v1/payin', orderOf(id, payin));
  const { payment_url: url, account_number: key } = (JSON.parse(answer) as { data: Record<string, string> }).data;
  const instructions = { type: 'breb_key', key, url };
  await pool.query({
    name: 'update',
    text: `update floor.payins set status = 'PENDING', instructions = $3, version = version + 1, updated_at = now()
           where organization_id = $1 and id = $2 and status = 'CREATED'`,
    values: [ORGANIZATION_ID, id, JSON.stringify(instructions)],
  });
  return reply.code(201).send({ id, ...payin, status: 'PENDING', instructions });
});

function orderOf(id: string, { amountInCents, currency, inlineCustomer }: PayinRequest): string {
  const { name, idType, idNumber, phone, email } = inlineCustomer;
  return JSON.stringify({
    reference: id.replaceAll('-', ''),
    amount: amountInCents,
    currency,
    country: 'CO',
    payment_method: 'BREB',
    description: `Pago ${id}`,
    customer_data: {
      legal_doc: idNumber,
      legal_doc_type: idType,
      phone_code: phone.slice(1, 3),
      phone_number: phone.slice(3),
      email,
      full_name: name,
    },
    expiration_time: 30,
    ipn_url: 'http://localhost/webhooks/tumipay',
    redirect_url: 'http://localhost/return',
  });
}

function callProvider(method: 'GET' | 'POST', path: string, body = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      authorization: PROVIDER_AUTHORIZATION,
      'token-top': PROVIDER_TOKEN,
      'content-length': Buffer.byteLength(body),
    };
    const call = httpRequest(`${PROVIDER_URL}${path}`, { method, agent, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const answered = Buffer.concat(chunks).toString();
        if (answer.statusCode === 200) resolve(answered);
        else reject(new Error(`the provider answered ${answer.statusCode}`));
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

interface PayinRow {
  id: string;
  reference: string;
  request: PayinRequest & Record<string, unknown>;
  amount_in_cents: string;
  amount_received_in_cents: string;
  currency: string;
  rail: string;
  status: string;
  provider: string;
  error_code: string | null;
  instructions: { type: string; key: string; url: string };
  expires_at: Date;
  result_at: Date | null;
  chargeback_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

app.get<{ Params: { id: string } }>('/payins/:id', async (request, reply) => {
  if (request.headers.authorization !== `Bearer ${API_KEY}`) return reply.code(401).send({});
  const { rows } = await pool.query<PayinRow>({
    name: 'read',
    text: `select id, reference, request, amount_in_cents, amount_received_in_cents, currency, rail, status, provider, error_code, instructions,
                  expires_at, result_at, chargeback_at, created_at, updated_at
           from floor.payins where organization_id = $1 and id = $2`,
    values: [ORGANIZATION_ID, request.params.id],
  });
  const [payin] = rows;
  if (!payin) return reply.code(404).send({});
  const { request: requested, instructions } = payin;
  const amount = Number(payin.amount_in_cents);
  return {
    id: payin.id,
    amount,
    currency: payin.currency,
    status: payin.status,
    rail: payin.rail,
    reference: payin.reference,
    createdAt: payin.created_at,
    updatedAt: payin.updated_at,
    organizationId: ORGANIZATION_ID,
    inlineCustomer: requested.inlineCustomer,
    errorCode: payin.error_code,
    resultAt: payin.result_at,
    chargebackAt: payin.chargeback_at,
    sourceData: { keyString: instructions.key },
    callbackUrl: requested['callbackUrl'] ?? null,
    amountInCents: amount,
    amountReceivedInCents: Number(payin.amount_received_in_cents),
    amountRefundedInCents: 0,
    amountStatus: 'NONE',
    provider: payin.provider,
    expiresAt: payin.expires_at,
    providerExpiresAt: payin.expires_at,
    checkoutUrl: `http://localhost:3000/pay/${'T'.repeat(43)}`,
    paymentLinkId: null,
    forgottenAt: null,
    redirectUrl: requested['redirectUrl'] ?? null,
    description: requested['description'] ?? null,
    metadata: requested['metadata'] ?? {},
    instructions,
    receipts: [],
    attempts: [
      {
        id: payin.id,
        provider: payin.provider,
        providerReference: payin.id.replaceAll('-', ''),
        externalId: instructions.url,
        status: 'OPEN',
        startedAt: payin.created_at,
      },
    ],
  };
});

void app.register(async (webhooks) => {
  webhooks.removeAllContentTypeParsers();
  webhooks.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  webhooks.post<{ Body: Buffer }>('/webhooks/tumipay', async (request, reply) => {
    const { top_ticket: ticket, top_reference: reference } = JSON.parse(request.body.toString()) as Record<
      string,
      string
    >;
    const signed = JSON.stringify({ token: PROVIDER_TOKEN, ticket, reference });
    const expected = createHash('sha256').update(signed).digest();
    const given = Buffer.from(String(request.headers['x-trx-signature']), 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return reply.code(401).send({});
    await pool.query({
      name: 'receive',
      text: `insert into floor.inbound_webhooks (organization_id, id, provider, event_key, provider_reference, raw_body)
             values ($1, $2, 'tumipay', $3, $4, $5) on conflict (organization_id, provider, event_key) do nothing`,
      values: [ORGANIZATION_ID, randomUUID(), expected.toString('hex'), reference, request.body],
    });
    await reply.code(200).send({ received: true });
    if (ROLE === 'all') await settle(ticket, reference);
    return reply;
  });
});

/** Its reference at the provider is the payin's id without dashes. */
async function settle(ticket: string | undefined, reference: string | undefined): Promise<void> {
  const answer = await callProvider('GET', `/v1/transaction/${ticket}`);
  const { status, amount } = (JSON.parse(answer) as { data: { status: string; amount: number } }).data;
  await pool.query({
    name: 'settle',
    text: `update floor.payins set status = $3, amount_received_in_cents = $4, result_at = now(), version = version + 1, updated_at = now()
           where organization_id = $1 and id = $2 and status = 'PENDING'`,
    values: [ORGANIZATION_ID, reference, status, amount],
  });
}

await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` });
