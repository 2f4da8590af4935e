import type { Rail } from '@recaudo/payment-provider';
import { Html } from '@recaudo/html';

/** Ours: the marks of others are not ours to draw. */
const PATHS: Readonly<Record<Rail, string>> = {
  PSE: 'M4 10h16L12 4zM6 10v7m4-7v7m4-7v7m4-7v7M4 20h16',
  BRE_B: 'M13 3 5 14h6l-1 7 8-11h-6z',
  NEQUI: 'M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3zm3 15h2',
  EFECTY: 'M3 7h18v10H3zm9 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM6 10v4m12-4v4',
  CARD: 'M4.5 6h15A1.5 1.5 0 0 1 21 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 16.5v-9A1.5 1.5 0 0 1 4.5 6zM3 10h18M6 15h4',
  TRANSFIYA: 'M4 9h14l-4-4m6 10H6l4 4',
  ANY: 'M6 12h.01M12 12h.01M18 12h.01',
};

export function railGlyph(rail: Rail): Html {
  return new Html(
    `<span class="glyph" aria-hidden="true"><svg viewBox="0 0 24 24" width="24" height="24"><path d="${PATHS[rail]}"/></svg></span>`,
  );
}
