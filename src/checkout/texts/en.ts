import type { Texts } from './es.js';

export const EN: Texts = {
  pay: (merchant) => `Payment to ${merchant}`,
  amount: 'Amount to pay',
  reference: 'Reference',
  description: 'Description',
  due: (time) => `Due ${time}`,
  left: 'Time left',
  whatNow: 'What happens now?',
  copy: 'Copy',
  copied: 'Copied',
  print: 'Print',
  reload: 'Check the status',
  reloadNote: 'After you have paid, reload this page to see the result.',
  live: 'This page updates by itself.',
  backTo: (merchant) => `Back to ${merchant}`,
  backSoon: 'Taking you back in',
  stay: 'Stay here',
  help: 'Need help?',
  helpOf: (merchant) => `Write to ${merchant}`,
  otherLanguage: 'Español',
  secure: 'Secure payment page',
  skip: 'Go to the payment',

  rails: {
    PSE: {
      name: 'PSE',
      what: 'From your savings or checking account',
      need: 'Have your online banking user and password at hand.',
    },
    BRE_B: {
      name: 'Bre-B',
      what: 'Instant transfer with a key',
      need: 'You need the app of a bank or wallet that has Bre-B.',
    },
    NEQUI: { name: 'Nequi', what: 'From your phone', need: 'You need the Nequi app on your phone.' },
    EFECTY: { name: 'Efecty', what: 'In cash, at an Efecty shop', need: 'You get a code to pay at any shop you like.' },
    CARD: { name: 'Card', what: 'Credit or debit', need: 'Have your card at hand.' },
    TRANSFIYA: { name: 'Transfiya', what: 'From phone to phone', need: 'You need the app of your bank.' },
    ANY: {
      name: 'Payment method',
      what: 'You choose on the next page',
      need: 'You choose how to pay on the next page.',
    },
  },

  choose: {
    title: 'How do you want to pay?',
    titleOf: (rail) => `Pay with ${rail}`,
    change: 'Change',
    changeWhat: 'Change payment method',
    none: 'No payment method is available right now.',
    noneNow: 'This usually takes minutes. Reload this page in a moment.',
    last: 'You used it last time',
    minutes: (duration) => `You have ${duration} to pay`,
    min: (amount) => `from ${amount}`,
    max: (amount) => `up to ${amount}`,
    wallet: 'Enter the phone number of your Nequi.',
    go: (rail) => `Continue with ${rail}`,
    now: 'We prepare the payment with your details. Then we show you how to finish it.',
    privacy: 'Your details are used for this payment. This page shows them to nobody, whoever has the link.',
    fix: 'Check what is marked.',
    lastTry: {
      REJECTED: (rail) =>
        `The attempt with ${rail} was not approved. You were not charged. Try again or choose another method.`,
      EXPIRED: (rail) => `The time of the attempt with ${rail} is over. Try again or choose another method.`,
      CANCELED: (rail) => `The attempt with ${rail} was canceled. Try again or choose another method.`,
      NOT_TAKEN: (rail) => `We could not start the payment with ${rail}. You were not charged. Choose another method.`,
    },
    unavailable: 'That payment method is not available right now. Choose another one or try again in a moment.',
    later: 'If you do not finish it, you can choose another method when this time is over.',
  },

  fields: {
    'inlineCustomer.name': 'Full name',
    'inlineCustomer.idType': 'Document type',
    'inlineCustomer.idNumber': 'Document number',
    'inlineCustomer.phone': 'Mobile phone',
    'inlineCustomer.email': 'E-mail',
    'pse.bank': 'Your bank',
    'pse.personType': 'Kind of person',
  },
  idTypes: {
    CC: 'Cédula de ciudadanía (citizen)',
    CE: 'Cédula de extranjería (resident)',
    NIT: 'NIT (tax number)',
    TI: 'Tarjeta de identidad (minor)',
    PPT: 'PPT (temporary protection)',
    PA: 'Passport',
  },
  personTypes: { NATURAL: 'Person', JURIDICA: 'Company' },
  searchBank: 'Search for your bank',
  noBank: 'No bank has that name.',
  banksAway: 'The list of banks is not available right now. Reload the page in a moment or choose another method.',

  hints: {
    'inlineCustomer.phone': 'For example 312 123 4567',
    'inlineCustomer.email': 'For example name@mail.com',
  },
  problems: {
    REQUIRED: 'This is missing.',
    TOO_LONG: 'It is too long. Write a shorter form.',
    ID_TYPE_NOT_TAKEN: 'This payment method does not take that document. Choose another type.',
    ID_NUMBER_FORM: 'That number does not fit the type of document. Check it.',
    NIT_FORM: 'Write the NIT in digits alone, with or without its check digit.',
    NIT_AMBIGUOUS: 'Write the NIT with a hyphen and its check digit, for example 900123456-8.',
    NIT_CHECK_DIGIT: 'The check digit does not belong to that NIT. Check it.',
    PHONE_FORM: 'Write a whole phone number, for example 312 123 4567.',
    PHONE_NOT_COLOMBIAN: 'Write a Colombian number, of 10 digits.',
    PHONE_NOT_MOBILE: 'Write a Colombian mobile number: 10 digits that begin with 3.',
    EMAIL_FORM: 'Write an e-mail address such as name@mail.com.',
    BANK_NOT_TAKEN: 'Choose a bank of the list.',
    AMOUNT_OUT_OF_RANGE: 'This payment method does not take this amount. Choose another one.',
    AMOUNT_NOT_WHOLE: 'This payment method takes no cents. Choose another one.',
    CURRENCY_NOT_TAKEN: 'This payment method does not take this currency. Choose another one.',
  },

  opening: {
    title: 'We are preparing your payment',
    now: (rail) =>
      `We have asked ${rail} to open the payment. It takes some seconds. Do not close this page or pay in another way yet.`,
  },
  redirect: {
    title: 'Continue on the secure page',
    titlePse: 'Continue at your bank',
    go: 'Go and pay',
    goPse: 'Go to my bank',
    now: 'You pay on the page of your bank or payment method. When you are done, come back here to see the result.',
  },
  breb: {
    title: 'Pay with Bre-B',
    key: 'Key',
    exact: 'Exact amount',
    steps: [
      'Open the app of your bank or wallet and go to Bre-B.',
      'Paste the key and type the exact amount.',
      'Check the name of who receives it and confirm.',
    ],
    stepsFixed: [
      'Open the app of your bank or wallet and go to Bre-B.',
      'Paste the key and check the amount.',
      'Check the name of who receives it and confirm.',
    ],
    scan: 'Or scan this code with the app of your bank',
    qr: 'QR code to pay with Bre-B',
    open: 'Open the payment page',
    differs: (merchant) =>
      `If you type less, the payment stays incomplete. If you type more, ${merchant} settles the difference with you.`,
    now: 'The money arrives within seconds. As soon as we see it, we confirm it here.',
  },
  push: {
    title: 'Approve on your phone',
    steps: (rail) => [
      `Open the ${rail} app on your phone.`,
      'Look for the notification or open your pending payments.',
      'Check the amount and approve.',
    ],
    now: 'As soon as you approve, we confirm it here. If nothing came, check that it is the phone of your account.',
  },
  voucher: {
    title: 'Pay in cash',
    code: 'Payment code',
    steps: (rail) => [
      `Take this code to an ${rail} shop.`,
      'Pay the exact amount in cash.',
      'Keep the receipt you get.',
    ],
    open: 'See the voucher',
    now: 'The confirmation may take some 15 minutes after you pay. You can close this page and come back with the same link.',
  },
  message: { title: 'How to pay', now: 'As soon as we receive the payment, we confirm it here.' },

  checking: {
    title: 'We are checking your payment',
    amount:
      'Your payment is visible and we are confirming the amount that arrived. It may take a while. Do not pay again.',
    time: 'The time to pay is over. We are asking one last time whether your payment arrived. If you have paid, do not pay again.',
  },
  paid: {
    title: 'Payment received!',
    now: (merchant) => `We let ${merchant} know. Keep this receipt if you need it.`,
    over: (amount, merchant) =>
      `${amount} too much arrived. Ask ${merchant} about the difference and show this receipt.`,
    receipt: 'Receipt',
    received: 'Amount received',
    rail: 'Payment method',
    date: 'Date',
    number: 'Number',
  },
  underpaid: {
    title: 'The payment is incomplete',
    received: 'Received',
    missing: 'Missing',
    now: (merchant) =>
      `We received a part of it. Do not pay again on your own: ask ${merchant} how to complete the payment or get your money back.`,
  },
  rejected: {
    title: 'The payment was not approved',
    now: 'Your bank or payment method did not approve it, and no money reached us. If your account shows a charge, ask your bank.',
  },
  expired: {
    title: 'The time to pay is over',
    now: 'No payment reached us. If you paid at the last moment, do not pay again: what arrives late is recorded, too.',
  },
  canceled: {
    title: 'The payment was canceled',
    now: 'No money reached us. If you had already paid, do not pay again: what arrives is recorded, too.',
  },
  failed: { title: 'We could not start the payment', now: 'You were not charged.' },
  reversed: {
    title: 'The payment was reversed',
    now: 'The bank or payment method took the money away again, so this payment no longer counts as paid.',
  },
  again: (merchant) => `To try again, go back to ${merchant} and ask for a new payment.`,
  ask: (merchant) => `If something looks wrong, write to ${merchant} and give this reference.`,

  link: {
    howMuch: 'How much do you want to pay?',
    between: (min, max) => (min === max ? min : `Between ${min} and ${max}`),
    example: 'Type pesos, without cents.',
    go: 'Continue to the payment',
    until: (time) => `Available until ${time}`,
    now: 'On the next step you choose how to pay. You are not charged yet.',
    wrong: {
      MISSING: () => 'Type an amount in pesos, such as 50,000.',
      NOT_WHOLE: () => 'Type pesos without cents, such as 50,000.',
      TOO_LITTLE: (min) => `The least is ${min}.`,
      TOO_MUCH: (_min, max) => `The most is ${max}.`,
    },
    unavailable:
      'No payment method is available for this amount right now. You were not charged. Try again in a few minutes.',
    closed: {
      DISABLED: {
        title: 'This link is disabled',
        now: (merchant) => `${merchant} takes no more payments here. If you still have to pay, ask for a new link.`,
      },
      OVER: {
        title: 'This link has expired',
        now: (merchant) => `Its time is over. If you still have to pay, ask ${merchant} for a new link.`,
      },
      USED_UP: {
        title: 'This link has been used',
        now: (merchant) =>
          `It has made all the payments that it allowed. If you still have to pay, ask ${merchant} for a new link.`,
      },
    },
    paidBefore: 'If you have begun a payment here, it goes on at its own page: that payment did not change.',
  },

  missing: {
    title: 'We cannot find this payment',
    now: 'Check that the link is complete, or ask whoever sent it for a new one.',
  },
  tooMany: { title: 'Too many visits', now: 'Wait a minute and load this page again.' },
  broken: { title: 'Something failed on our side', now: 'Your payment did not change. Reload this page in a moment.' },
};
