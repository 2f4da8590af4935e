export interface TumiPayBank {
  readonly code: string;
  readonly name: string;
  readonly image: string;
}

/** Codes of ACH Colombia's PSE banks, from public lists; TumiPay publishes the first three only (seed 000). */
const BANKS: readonly (readonly [code: string, name: string])[] = [
  ['1507', 'NEQUI'],
  ['1551', 'DAVIPLATA'],
  ['1007', 'BANCOLOMBIA'],
  ['1001', 'BANCO DE BOGOTA'],
  ['1002', 'BANCO POPULAR'],
  ['1006', 'ITAU'],
  ['1009', 'CITIBANK'],
  ['1012', 'BANCO GNB SUDAMERIS'],
  ['1013', 'BBVA COLOMBIA'],
  ['1019', 'SCOTIABANK COLPATRIA'],
  ['1023', 'BANCO DE OCCIDENTE'],
  ['1032', 'BANCO CAJA SOCIAL'],
  ['1040', 'BANCO AGRARIO'],
  ['1047', 'BANCO MUNDO MUJER'],
  ['1051', 'BANCO DAVIVIENDA'],
  ['1052', 'BANCO AV VILLAS'],
  ['1053', 'BANCO W'],
  ['1059', 'BANCAMIA'],
  ['1060', 'BANCO PICHINCHA'],
  ['1061', 'BANCOOMEVA'],
  ['1062', 'BANCO FALABELLA'],
  ['1063', 'BANCO FINANDINA'],
  ['1065', 'BANCO SANTANDER'],
  ['1066', 'BANCO COOPCENTRAL'],
  ['1067', 'MIBANCO'],
  ['1069', 'BANCO SERFINANZA'],
  ['1070', 'LULO BANK'],
  ['1071', 'BANCO J.P. MORGAN'],
  // The network's test bank, and the one of seed 000's request.
  ['1077', 'BANKA'],
  ['1097', 'DALE'],
  ['1121', 'FINANCIERA JURISCOOP'],
  ['1283', 'CFA COOPERATIVA FINANCIERA'],
  ['1286', 'JFK COOPERATIVA FINANCIERA'],
  ['1289', 'COTRAFA'],
  ['1291', 'COOFINEP'],
  ['1292', 'CONFIAR COOPERATIVA FINANCIERA'],
  ['1303', 'BANCO UNION'],
  ['1370', 'COLTEFINANCIERA'],
  ['1558', 'BAN100'],
  ['1637', 'IRIS'],
  ['1801', 'MOVII'],
  ['1802', 'DING'],
  ['1803', 'POWWI'],
  ['1804', 'UALA'],
  ['1808', 'BOLD CF'],
  ['1809', 'NU'],
  ['1811', 'RAPPIPAY'],
  ['1812', 'COINK'],
  ['1813', 'SANTANDER CONSUMER'],
  ['1814', 'GLOBAL66'],
  ['1815', 'ALIANZA FIDUCIARIA'],
  ['1816', 'CREZCAMOS'],
  ['1831', 'ACCION FIDUCIARIA'],
];

const NAMES = new Map(BANKS);

export const BANK_CODES = BANKS.map(([code]) => code);

export function bankName(code: string): string {
  return NAMES.get(code) ?? code;
}

/** As `GET /v1/pse/banks` lists them. */
export function bankList(): TumiPayBank[] {
  return BANKS.map(([code, name]) => ({
    code,
    name,
    image: `https://assets.tumipay.co/images/payment_method/${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}.webp`,
  }));
}
