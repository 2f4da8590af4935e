/**
 * `bankCode` of PSE. Seed 004 refers to the bank list of payouts, <https://docs.teemopay.com/en/colombia/payout/bank>; TeemoPay's payin
 * pages have one of their own, <https://docs.teemopay.com/en/colombia/payin/bank>. No call tells either, so a code of either is sent.
 */
const IN_BOTH_LISTS = [
  1001, 1002, 1006, 1007, 1009, 1012, 1013, 1019, 1023, 1032, 1040, 1047, 1051, 1052, 1059, 1060, 1061, 1062, 1063,
  1065, 1066, 1069, 1070, 1071, 1097, 1121, 1283, 1286, 1289, 1292, 1303, 1370, 1507, 1551, 1558, 1637, 1801, 1802,
  1804,
];
const PAYIN_LIST_ONLY = [1803, 1808, 1809, 1811, 1812, 1814, 1815, 1816, 1824, 1831];
const PAYOUT_LIST_ONLY = [1014, 1031, 1053, 1067, 1098, 1151, 1291, 1805];

export const PSE_BANK_CODES: ReadonlySet<string> = new Set(
  [...IN_BOTH_LISTS, ...PAYIN_LIST_ONLY, ...PAYOUT_LIST_ONLY].map(String),
);
