import type { PseBank } from '@recaudo/payment-provider';

/**
 * Data. `bankCode` of PSE. Seed 004 refers to the bank list of payouts, <https://docs.teemopay.com/en/colombia/payout/bank>; TeemoPay's payin
 * pages have one of their own, <https://docs.teemopay.com/en/colombia/payin/bank>. No call lists either, so a code of either is sent.
 */
const PAYIN_LIST: Readonly<Record<string, string>> = {
  '1001': 'BANCO DE BOGOTA',
  '1002': 'BANCO POPULAR',
  '1006': 'BANCO ITAU',
  '1007': 'BANCOLOMBIA',
  '1009': 'CITIBANK',
  '1012': 'BANCO GNB SUDAMERIS',
  '1013': 'BANCO BBVA COLOMBIA S.A.',
  '1019': 'DAVIbank S.A. / SCOTIABANK COLPATRIA',
  '1023': 'BANCO DE OCCIDENTE',
  '1032': 'BANCO CAJA SOCIAL',
  '1040': 'BANCO AGRARIO',
  '1047': 'BANCO MUNDO MUJER S.A.',
  '1051': 'BANCO DAVIVIENDA',
  '1052': 'BANCO AV VILLAS',
  '1059': 'BANCAMIA S.A.',
  '1060': 'BANCO PICHINCHA S.A.',
  '1061': 'BANCOOMEVA S.A.',
  '1062': 'BANCO FALABELLA',
  '1063': 'BANCO FINANDINA S.A. BIC',
  '1065': 'BANCO SANTANDER COLOMBIA',
  '1066': 'BANCO COOPERATIVO COOPCENTRAL',
  '1069': 'BANCO SERFINANZA',
  '1070': 'LULO BANK',
  '1071': 'BANCO J.P. MORGAN COLOMBIA S.A.',
  '1097': 'DALE',
  '1121': 'FINANCIERA JURISCOOP SA COMPAÑÍA DE FINANCIAMIENTO',
  '1283': 'CFA COOPERATIVA FINANCIERA',
  '1286': 'JFK COOPERATIVA FINANCIERA',
  '1289': 'COTRAFA',
  '1292': 'CONFIAR COOPERATIVA FINANCIERA',
  '1303': 'BANCO UNION',
  '1370': 'COLTEFINANCIERA',
  '1507': 'NEQUI',
  '1551': 'DAVIPLATA',
  '1558': 'BAN100',
  '1637': 'IRIS',
  '1801': 'MOVII S.A.',
  '1802': 'DING',
  '1803': 'POWWI',
  '1804': 'UALÁ',
  '1808': 'BOLD CF',
  '1809': 'NU',
  '1811': 'RAPPIPAY',
  '1812': 'COINK SA',
  '1814': 'GLOBAL66',
  '1815': 'ALIANZA FIDUCIARIA',
  '1816': 'CREZCAMOS',
  '1824': 'PAYCASH',
  '1831': 'ACCION FIDUCIARIA',
};
const PAYOUT_LIST_ONLY = ['1014', '1031', '1053', '1067', '1098', '1151', '1291', '1805'];

export const PSE_BANK_CODES: ReadonlySet<string> = new Set([...Object.keys(PAYIN_LIST), ...PAYOUT_LIST_ONLY]);

/** The banks that a payer can choose: those of the payin pages. The payout list has a bank twice, and what is no bank. */
export const PSE_BANKS: readonly PseBank[] = Object.entries(PAYIN_LIST).map(([code, name]) => ({ code, name }));

/** Every bank that is taken. The codes of the payout list alone have no name on the payin pages. */
export const TAKEN_PSE_BANKS: readonly PseBank[] = [
  ...PSE_BANKS,
  ...PAYOUT_LIST_ONLY.map((code) => ({ code, name: code, offered: false as const })),
];
