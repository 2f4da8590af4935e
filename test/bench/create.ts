import { randomBytes } from 'node:crypto';
import { payinRequest } from '../support/api-client.js';
import type { Benchmark } from './benchmark.js';
import { compare, type Workload } from './contest.js';
import { postRequest } from './http-connection.js';
import { API_KEY } from './programs.js';

const CREATE: Workload = {
  unit: 'payin',
  success: 201,
  callsProvider: true,
  perSecond: 100,
  requests: (_contest, { url }) => {
    const run = randomBytes(6).toString('hex');
    let number = 0;
    return () => {
      number += 1;
      const payin = payinRequest({
        rail: 'BRE_B',
        reference: `bench-${run}-${number}`,
        description: 'Bench: a payin of ordinary size',
      });
      return postRequest(new URL('/payins', url), { authorization: `Bearer ${API_KEY}` }, JSON.stringify(payin));
    };
  },
  count: async ({ database, providerCalls }, { schema }) => {
    const [rows] = await database.query<{ payins: number; pending: number }>(
      `select count(*)::int as payins, count(*) filter (where status = 'PENDING' and instructions is not null)::int as pending
       from ${schema}.payins`,
    );
    return {
      payins: rows!.payins,
      'payins with instructions': rows!.pending,
      'calls of the provider': await providerCalls(),
    };
  },
};

export const create: Benchmark = {
  name: 'create',
  title: 'POST /payins against the floor',
  run: (options) => compare(CREATE, options),
};
