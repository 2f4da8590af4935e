import { randomBytes } from 'node:crypto';
import { compare, type Contest } from './comparison.js';
import { postRequest } from './http-connection.js';
import type { BenchPart } from './part.js';

const CREATE: Contest = {
  unit: 'payin',
  success: 201,
  callsProvider: true,
  perSecond: 100,
  requests: ({ authorization }, { url }) => {
    const run = randomBytes(6).toString('hex');
    let number = 0;
    return () =>
      postRequest(new URL('/payins', url), { authorization }, JSON.stringify(payin(`bench-${run}-${(number += 1)}`)));
  },
  count: async (arena, { schema }) => {
    const [rows] = await arena.database.query<{ payins: number; pending: number }>(
      `select count(*)::int as payins, count(*) filter (where status = 'PENDING' and instructions is not null)::int as pending
       from ${schema}.payins`,
    );
    return {
      payins: rows!.payins,
      'payins with instructions': rows!.pending,
      'calls of the provider': await arena.providerCalls(),
    };
  },
};

function payin(reference: string): object {
  return {
    amountInCents: 5_000_000,
    currency: 'COP',
    rail: 'BRE_B',
    reference,
    inlineCustomer: {
      name: 'John Doe',
      idType: 'CC',
      idNumber: '1234567890',
      phone: '+573121234567',
      email: 'johndoe@example.com',
    },
    description: 'Bench: a payin of ordinary size',
  };
}

export const create: BenchPart = {
  name: 'create',
  title: 'POST /payins against the floor',
  run: (options) => compare(CREATE, options),
};
