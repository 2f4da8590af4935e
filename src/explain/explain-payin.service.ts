import { Injectable } from '@nestjs/common';
import { isUuid } from '../http/page.js';
import { noSuchPayin } from '../payins/use-cases/no-such-payin.js';
import { ReadPayins } from '../payins/api/read-payins.service.js';
import { PayinStore } from '../payins/store/payin.store.js';
import { PayinRules } from '../payins/use-cases/payin-rules.js';
import { explain, type Explanation } from './explain.js';
import { type Language, say } from './phrases.js';

@Injectable()
export class ExplainPayin {
  constructor(
    private readonly store: PayinStore,
    private readonly read: ReadPayins,
    private readonly rules: PayinRules,
  ) {}

  /** @throws Problem NOT_FOUND */
  async execute(organizationId: string, id: string) {
    const snapshot = isUuid(id) && (await this.store.read(organizationId, id));
    if (!snapshot) throw noSuchPayin();
    const history = await this.read.events(organizationId, id);
    const explanation = explain({ snapshot, history, rules: this.rules.rulesOf(snapshot) });
    return {
      payinId: id,
      status: snapshot.payin.status,
      es: sentences(explanation, 'es'),
      en: sentences(explanation, 'en'),
      waitingFor: explanation.waitingFor,
      nextCheckAt: explanation.nextCheckAt?.toISOString() ?? null,
      nextCheckReason: explanation.nextCheckReason,
      openDiscrepancies: explanation.open.map(({ id, kind, openedAt }) => ({
        id,
        kind,
        openedAt: openedAt.toISOString(),
      })),
    };
  }
}

function sentences(explanation: Explanation, language: Language): string[] {
  return explanation.sentences.map(({ phrase, values }) => say(phrase, values, language));
}
