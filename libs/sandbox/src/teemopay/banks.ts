/** Codes of the public payin bank page. */
const PAYIN = `
  1001 1002 1006 1007 1009 1012 1013 1019 1023 1032 1040 1047 1051 1052
  1059 1060 1061 1062 1063 1065 1066 1069 1070 1071 1097 1121 1283 1286
  1289 1292 1303 1370 1507 1551 1558 1637 1801 1802 1803 1804 1808 1809
  1811 1812 1814 1815 1816 1824 1831`;

/** Codes of the public payout bank page, which seed 004 names for `bankCode`. */
const PAYOUT = `
  1001 1002 1006 1007 1009 1012 1013 1014 1019 1023 1031 1032 1040 1047
  1051 1052 1053 1059 1060 1061 1062 1063 1065 1066 1067 1069 1070 1071
  1097 1098 1121 1151 1283 1286 1289 1291 1292 1303 1370 1507 1551 1558
  1637 1801 1802 1804 1805`;

export const BANK_LISTS: Readonly<Record<'payin' | 'payout' | 'either', ReadonlySet<string>>> = {
  payin: codesIn(PAYIN),
  payout: codesIn(PAYOUT),
  either: codesIn(`${PAYIN} ${PAYOUT}`),
};

function codesIn(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
