import { Html, html } from '@recaudo/html';
import { encode } from 'uqr';

/** Light modules around a code, without which cameras do not find it. */
const QUIET_ZONE = 4;

/** A QR code as SVG: one path, black on white whatever the page's theme, as cameras need it. */
export function qrPicture(text: string, label: string): Html {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  const path = new Html(data.map((row, y) => runsOf(row, y)).join(''));
  return html`<svg
    class="qr"
    viewBox="0 0 ${size} ${size}"
    role="img"
    aria-label="${label}"
    shape-rendering="crispEdges"
  >
    <path fill="#fff" d="M0 0h${size}v${size}H0z" />
    <path fill="#000" d="${path}" />
  </svg>`;
}

/** The dark runs of a row, each as a bar. */
function runsOf(row: readonly boolean[], y: number): string {
  let path = '';
  for (let x = 0; x < row.length; x += 1) {
    if (!row[x]) continue;
    const from = x;
    while (row[x + 1]) x += 1;
    path += `M${from} ${y}h${x + 1 - from}v1h-${x + 1 - from}z`;
  }
  return path;
}
