import type { Html } from '@recaudo/html';
import type { CheckoutAssets } from '../assets.js';
import type { ChoiceContext } from './choice-context.js';
import { choosePage } from './choose.js';
import { instructionsPage } from './instructions.js';
import { layout, type Page } from './layout.js';
import { outcomePage } from './outcomes.js';
import { main, pageAddress, type PayinPageContext, summary } from './parts.js';
import { stageOf } from './stage.js';

/** The page of a payin, as it is now. @param choice where a rail can be chosen */
export function payinPage(
  context: PayinPageContext,
  choice: ChoiceContext | undefined,
  assets: CheckoutAssets | undefined,
): Page {
  const { look, language } = context;
  const { title, content } = partsOf(context, choice);
  return layout(look, assets, {
    language,
    title: `${title} · ${look.name}`,
    summary: summary(context),
    main: main(context, content),
    otherLanguage: pageAddress({ ...context, language: language === 'es' ? 'en' : 'es' }),
  });
}

function partsOf(context: PayinPageContext, choice: ChoiceContext | undefined): { title: string; content: Html } {
  if (choice) return choosePage(choice);
  const stage = stageOf(context.view);
  if (stage.kind === 'choose') throw new Error('there is nothing to choose from');
  return stage.kind === 'pay' ? instructionsPage(context, stage.instructions) : outcomePage(context, stage);
}
