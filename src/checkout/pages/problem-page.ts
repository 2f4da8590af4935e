import { html } from '@recaudo/html';
import type { CheckoutAssets } from '../assets.js';
import type { Language } from '../texts/language.js';
import { textsOf } from '../texts/texts.js';
import { layout, type Page } from './layout.js';
import { sign } from './parts.js';

/** A page of nobody: the link leads nowhere, or cannot be answered now. */
export function problemPage(
  kind: 'missing' | 'tooMany' | 'broken',
  language: Language,
  assets: CheckoutAssets | undefined,
): Page {
  const { title, now } = textsOf(language)[kind];
  return layout(undefined, assets, {
    language,
    title,
    main: html`<main id="main" class="inner card" tabindex="-1">
      ${sign(kind === 'missing' ? 'bad' : 'wait')}
      <h1>${title}</h1>
      <p class="lead">${now}</p>
    </main>`,
    otherLanguage: undefined,
  });
}
