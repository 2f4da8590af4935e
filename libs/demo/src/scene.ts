import type { SandboxClient } from '@recaudo/sandbox';
import type { DemoApi, DemoPayin } from './demo-api.js';
import { type Line, pesos } from './lines.js';
import type { Patience } from './patience.js';
import type { PayinStory } from './story.js';

/** A story under way. */
interface Played {
  story: PayinStory;
  request: object;
  payin: DemoPayin;
  /** The reference under which the provider knows the payin's order. */
  order: string;
}

const WEBHOOK_WORDS = { send: '', none: '; the webhook is lost', twice: '; the webhook comes twice' } as const;

/** Where a story happens: what payer, merchant and provider can do about its payin. Each says what it does. */
export class Scene {
  readonly lines: Line[] = [];
  private readonly provider: ReturnType<SandboxClient['provider']>;

  constructor(
    private readonly api: DemoApi,
    private readonly patience: Patience,
    sandbox: SandboxClient,
    private readonly played: Played,
  ) {
    this.provider = sandbox.provider(played.story.provider);
  }

  async payerPays(
    amountInCents = this.played.payin.amountInCents,
    webhook: keyof typeof WEBHOOK_WORDS = 'send',
  ): Promise<void> {
    this.says(`the payer pays ${pesos(amountInCents)}${WEBHOOK_WORDS[webhook]}`);
    await this.provider.pay(this.played.order, { amountInCents, webhook });
  }

  async payerRefuses(): Promise<void> {
    this.says('the payer says no');
    await this.provider.reject(this.played.order);
  }

  async payerTakesBack(): Promise<void> {
    this.says(`the payer's bank takes the money back; ${this.played.story.provider} sends no webhook about that`);
    await this.provider.reverse(this.played.order);
  }

  /** A webhook with a good signature that is not true. */
  async webhookLies(status: 'APPROVED'): Promise<void> {
    this.says(`a webhook says ${status}, well signed; nobody has paid`);
    await this.provider.webhook(this.played.order, { status });
    await this.untilHistoryHas('observation');
    const { amountReceivedInCents } = await this.api.payin(this.played.payin.id);
    if (amountReceivedInCents !== 0) throw new Error(`a webhook alone has booked ${pesos(amountReceivedInCents)}`);
  }

  async merchantAsks(): Promise<void> {
    this.says('the merchant asks: POST /payins/{id}/refresh');
    await this.api.refresh(this.played.payin.id);
  }

  async merchantCancels(): Promise<void> {
    this.says('the merchant does not wait any longer: POST /payins/{id}/cancel');
    await this.api.cancel(this.played.payin.id);
  }

  async merchantRepeats(): Promise<void> {
    const { status, headers, body } = await this.api.ask(this.played.request);
    const same = status === 200 && headers.get('idempotency-replayed') === 'true' && body.id === this.played.payin.id;
    if (!same) throw new Error(`the same request again was answered ${status} with the payin ${body.id}`);
    this.says('the merchant sends the same request again: the same payin, and no second order');
  }

  async untilPayinIs(status: string): Promise<void> {
    const is = async () => ((await this.api.payin(this.played.payin.id)).status === status ? true : undefined);
    if (!(await this.patience.until(is))) throw new Error(`the payin never became ${status}`);
  }

  private async untilHistoryHas(type: string): Promise<void> {
    const has = async () => (await this.api.events(this.played.payin.id)).find((event) => event.type === type);
    if (!(await this.patience.until(has))) throw new Error(`the history never had ${type}`);
  }

  private says(text: string): void {
    this.lines.push({ at: new Date(), text: `> ${text}` });
  }
}
