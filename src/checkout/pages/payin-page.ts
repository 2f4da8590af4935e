import { html } from '@recaudo/html';
import type { CheckoutAssets } from '../assets.js';
import { instructionsPage } from './instructions.js';
import { layout, type Page } from './layout.js';
import { outcomePage } from './outcomes.js';
import { main, pageAddress, type PayinPageContext, summary } from './parts.js';
import { stageOf } from './stage.js';

/** The page of a payin, as it is now. */
export function payinPage(context: PayinPageContext, assets: CheckoutAssets | undefined): Page {
  const { view, look, language, t } = context;
  const stage = stageOf(view);
  const { title, content } =
    stage.kind === 'pay'
      ? instructionsPage(context, stage.instructions)
      : stage.kind === 'choose'
        ? { title: t.choose.title, content: html`` }
        : outcomePage(context, stage);
  return layout(look, assets, {
    language,
    title: `${title} · ${look.name}`,
    summary: summary(context),
    main: main(context, content),
    otherLanguage: pageAddress({ ...context, language: language === 'es' ? 'en' : 'es' }),
  });
}
