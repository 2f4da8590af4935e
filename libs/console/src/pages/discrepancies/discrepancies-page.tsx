import { appTexts } from '../../app/texts.js';
import { Page } from '../../components/page.js';
import { Empty } from '../../components/states.js';
import { generalTexts } from '../../texts/general.js';
import { useTexts } from '../../texts/texts.js';

/** Not built yet. */
export function DiscrepanciesPage() {
  const { pages } = useTexts(appTexts);
  const { notBuilt } = useTexts(generalTexts);
  return (
    <Page title={pages.discrepancies}>
      <Empty>{notBuilt}</Empty>
    </Page>
  );
}
