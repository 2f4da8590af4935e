import { HOME_CURRENCY, type Rail } from '@recaudo/payment-provider';

export interface Example {
  summary: string;
  value: unknown;
}

/** What differs from service to service. */
export interface ExampleFacts {
  /** The name of one that is enabled. */
  provider: string;
  /** Of one that lists its orders. */
  listProvider: string;
  isOpen: (rail: Rail) => boolean;
}

const CUSTOMER = {
  name: 'John Doe',
  idType: 'CC',
  idNumber: '1234567890',
  phone: '+573121234567',
  email: 'johndoe@example.com',
};

const payin = (rail: Rail, reference: string, details: object = {}) => ({
  amountInCents: 5_000_000,
  currency: HOME_CURRENCY,
  rail,
  reference,
  ...details,
});

const PAYINS: Readonly<Record<Rail, Example>> = {
  BRE_B: {
    summary: 'Bre-B: a key for the app of any bank',
    value: payin('BRE_B', 'EXAMPLE-BRE-B-1', { inlineCustomer: CUSTOMER }),
  },
  PSE: {
    summary: 'PSE: the page of a bank',
    value: payin('PSE', 'EXAMPLE-PSE-1', {
      inlineCustomer: CUSTOMER,
      pse: { bank: '1007', personType: 'NATURAL' },
      description: 'Order 1001',
      redirectUrl: 'https://shop.example.com/thanks',
      metadata: { orderId: '1001' },
    }),
  },
  NEQUI: {
    summary: 'Nequi: a request in the app',
    value: payin('NEQUI', 'EXAMPLE-NEQUI-1', { inlineCustomer: CUSTOMER }),
  },
  EFECTY: {
    summary: 'Efecty: cash, payable for two days',
    value: payin('EFECTY', 'EXAMPLE-EFECTY-1', { inlineCustomer: CUSTOMER, expiresInMinutes: 2_880 }),
  },
  CARD: { summary: 'Card', value: payin('CARD', 'EXAMPLE-CARD-1', { inlineCustomer: CUSTOMER }) },
  TRANSFIYA: {
    summary: 'Transfiya: a request in the app of a bank',
    value: payin('TRANSFIYA', 'EXAMPLE-TRANSFIYA-1', { inlineCustomer: CUSTOMER }),
  },
  ANY: {
    summary: 'Our checkout page: the payer chooses the rail',
    value: payin('ANY', 'EXAMPLE-ANY-1', { checkout: { rails: ['PSE', 'BRE_B'] } }),
  },
};

const NOTE = 'Agreed with the customer on the telephone';
const PASSWORD = 'correct horse battery staple';
const EMAIL = 'ana@example.com';

/** Bodies that work when they are sent, by the id of their operation. The first is the simplest. */
export function requestExamples({
  listProvider,
  isOpen,
}: ExampleFacts): Readonly<Record<string, Record<string, Example>>> {
  const rails = (Object.keys(PAYINS) as Rail[]).filter(isOpen);
  return {
    createPayin: Object.fromEntries(rails.map((rail) => [rail, PAYINS[rail]])),
    searchPayins: {
      text: { summary: 'By what a person knows of it', value: { text: 'John Doe' } },
      amount: {
        summary: 'By amount and status',
        value: { amountInCents: 5_000_000, status: ['PENDING', 'APPROVED'], limit: 10 },
      },
    },
    requestRefund: {
      breB: {
        summary: 'To a Bre-B key',
        value: {
          amountInCents: 1_000_000,
          reason: 'CUSTOMER_REQUEST',
          reference: 'REFUND-1',
          to: { type: 'BRE_B_KEY', key: '@payer123' },
        },
      },
      account: {
        summary: 'To a bank account',
        value: {
          amountInCents: 500_000,
          reason: 'CUSTOMER_REQUEST',
          note: NOTE,
          to: {
            type: 'BANK_ACCOUNT',
            bank: '1007',
            accountType: 'SAVINGS',
            accountNumber: '12345678901',
            holderName: 'John Doe',
            idType: 'CC',
            idNumber: '1234567890',
          },
        },
      },
    },
    payRefund: {
      transfer: { summary: 'A transfer', value: { evidence: 'transfer 20261130-77 of Bancolombia' } },
    },
    createPaymentLink: {
      fixed: {
        summary: 'A fixed amount, to be paid once',
        value: { reference: 'COURSE-2026', title: 'Curso de cerámica', amountInCents: 5_000_000, uses: 1 },
      },
      open: {
        summary: 'The payer enters the amount',
        value: {
          reference: 'DONATION-2026',
          title: 'Donación',
          description: 'Gracias por su apoyo',
          minInCents: 1_000_000,
          maxInCents: 100_000_000,
          rails: ['PSE', 'BRE_B'],
        },
      },
    },
    updatePaymentLink: { disable: { summary: 'Disable it', value: { status: 'DISABLED' } } },
    createWebhookEndpoint: {
      some: {
        summary: 'Of some events',
        value: { url: 'https://example.com/webhooks', eventTypes: ['payin.approved', 'payin.reversed'] },
      },
      all: { summary: 'Of all events', value: { url: 'https://example.com/all-webhooks' } },
    },
    updateWebhookEndpoint: {
      pause: { summary: 'Pause it', value: { status: 'DISABLED' } },
      resume: { summary: 'Go on', value: { status: 'ENABLED' } },
    },
    resendNotifications: {
      day: { summary: 'What failed on two days', value: { from: '2026-11-28', to: '2026-11-29', status: 'FAILED' } },
    },
    resolveDiscrepancy: {
      accept: { summary: 'It is all right as it is', value: { reason: 'ACCEPTED', note: NOTE } },
    },
    rejectDiscrepancy: { reject: { summary: 'Refuse it', value: { note: NOTE } } },
    fetchStatement: {
      day: { summary: 'Of one day', value: { provider: listProvider, from: '2026-11-28', to: '2026-11-29' } },
    },
    updateCheckoutSettings: {
      appearance: {
        summary: 'Name, colour and support',
        value: {
          displayName: 'Tienda Ñandú',
          color: '#1d5fa7',
          supportEmail: 'ayuda@example.com',
          supportPhone: '+576015550123',
          language: 'es',
        },
      },
    },
    advanceTestClock: {
      day: { summary: 'By a day', value: { by: 'P1D' } },
      total: { summary: 'To three days in all', value: { total: 'P3D' } },
    },
    createApiKey: {
      shop: { summary: 'Of a shop', value: { name: 'shop, production', role: 'developer' } },
    },
    rotateApiKey: { overlap: { summary: 'Both work for a day', value: { overlapHours: 24 } } },
    invitePerson: { finance: { summary: 'To the team', value: { email: EMAIL, name: 'Ana Gómez', role: 'owner' } } },
    updatePerson: { role: { summary: 'Another role', value: { role: 'viewer' } } },
    acceptInvitation: { accept: { summary: 'With a password', value: { name: 'Ana Gómez', password: PASSWORD } } },
    signIn: { password: { summary: 'With a password', value: { email: EMAIL, password: PASSWORD } } },
    beginSecondFactor: { password: { summary: 'With the password', value: { password: PASSWORD } } },
    confirmSecondFactor: { code: { summary: 'With the first code of the app', value: { code: '123456' } } },
    pickOrganization: {
      one: { summary: 'By its id', value: { organizationId: '019a8c02-51f0-7e0a-8f3b-2c9d4e6a7b10' } },
    },
  };
}

/** A file in our own form, for the operations that take one. */
export const STATEMENT_EXAMPLE = [
  'reference,externalId,amountInCents,currency,status,paidAt,feeInCents',
  `EXAMPLE-BRE-B-1,,5000000,${HOME_CURRENCY},APPROVED,2026-11-28T15:00:00Z,1500`,
  '',
].join('\n');
