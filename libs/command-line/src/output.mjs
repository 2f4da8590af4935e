const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** @param {keyof typeof CODES} style @param {string} text */
export function styled(style, text) {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  const isWanted = FORCE_COLOR ? FORCE_COLOR !== '0' : process.stdout.isTTY && !NO_COLOR;
  return isWanted ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
}

/** Nothing that others wrote can act on a terminal. @param {string | number | null | undefined} value */
export function plain(value) {
  return String(value ?? '').replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** @param {string} [line] */
export function say(line = '') {
  process.stdout.write(`${line}\n`);
}

/** For people, where programs read the other way out. @param {string} line */
export function remark(line) {
  process.stderr.write(`${line}\n`);
}

/** One thing a line, for programs. @param {unknown} value */
export function json(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Pesos. @param {number} cents */
export function pesos(cents) {
  const whole = Math.trunc(Math.abs(cents) / 100).toLocaleString('de-DE');
  const rest = Math.abs(cents) % 100;
  return `${cents < 0 ? '-' : ''}$ ${whole}${rest ? `,${String(rest).padStart(2, '0')}` : ''}`;
}

/** @param {string | Date} moment */
export function clock(moment) {
  return new Date(moment).toLocaleTimeString('en-GB');
}

/** @param {string} type an event, a status or a result */
export function coloured(type) {
  if (/approved|paid$|APPROVED|DELIVERED|APPLIED|^2\d\d/.test(type) && !/underpaid/.test(type))
    return styled('green', type);
  if (/rejected|failed|reversed|REJECTED|FAILED|REVERSED|GIVEN_UP|^[45]\d\d/.test(type)) return styled('red', type);
  if (/underpaid|overpaid|late|discrepancy|expired|canceled|UNDERPAID|EXPIRED|CANCELED/.test(type))
    return styled('yellow', type);
  return styled('cyan', type);
}

/** @param {Record<string, any>} payin */
export function payinLines(payin) {
  const { instructions: how } = payin;
  const rows = [
    ['id', payin.id],
    ['reference', plain(payin.reference)],
    ['status', `${coloured(payin.status)} ${payin.amountStatus === 'NONE' ? '' : payin.amountStatus}`.trimEnd()],
    ['amount', `${pesos(payin.amountInCents)} ${payin.currency}`],
    ['received', pesos(payin.amountReceivedInCents)],
    ...(payin.amountRefundedInCents ? [['refunded', pesos(payin.amountRefundedInCents)]] : []),
    ['rail', `${payin.rail}${payin.provider ? ` at ${payin.provider}` : ''}`],
    ['expires', payin.expiresAt],
    ...(payin.errorCode ? [['error', plain(payin.errorCode)]] : []),
    ...(how ? [['to pay', plain(how.url ?? how.key ?? how.code ?? how.text ?? how.type)]] : []),
    ['checkout', payin.checkoutUrl],
  ];
  return rows.map(([name, value]) => `${styled('dim', String(name).padEnd(10))}${value}`);
}

/** @param {readonly (readonly (string | number | null | undefined)[])[]} rows */
export function table(rows) {
  const texts = rows.map((row) => row.map(plain));
  const widths = (texts[0] ?? []).map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  for (const row of texts)
    say(
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
