import type { ProviderName, SandboxClient } from '@recaudo/sandbox';
import type { DemoApi, DemoPayin } from './demo-api.js';
import { type Line, pesos } from './lines.js';
import type { ProgressWait } from './progress-wait.js';

/** A scenario that has started. */
interface RunningScenario {
  provider: ProviderName;
  request: object;
  payin: DemoPayin;
  /** The reference under which the provider knows the payin's order. */
  order: string;
}

const WEBHOOK_WORDS = { send: '', none: '; the webhook is lost', twice: '; the webhook comes twice' } as const;

/** What payer, merchant and provider can do in a scenario. Each action notes what it does. */
export class ScenarioActions {
  readonly lines: Line[] = [];
  private readonly provider: ReturnType<SandboxClient['provider']>;

  constructor(
    private readonly api: DemoApi,
    private readonly progressWait: ProgressWait,
    sandbox: SandboxClient,
    private readonly running: RunningScenario,
  ) {
    this.provider = sandbox.provider(running.provider);
  }

  async payerPays(
    amountInCents = this.running.payin.amountInCents,
    webhook: keyof typeof WEBHOOK_WORDS = 'send',
  ): Promise<void> {
    this.note(`the payer pays ${pesos(amountInCents)}${WEBHOOK_WORDS[webhook]}`);
    await this.provider.pay(this.running.order, { amountInCents, webhook });
  }

  async payerRefuses(): Promise<void> {
    this.note('the payer refuses');
    await this.provider.reject(this.running.order);
  }

  async payerReverses(): Promise<void> {
    this.note(`the payer's bank reverses the payment; ${this.running.provider} sends no webhook about that`);
    await this.provider.reverse(this.running.order);
  }

  /** A webhook with a valid signature and a false status. */
  async webhookLies(status: 'APPROVED'): Promise<void> {
    this.note(`a webhook says ${status}, correctly signed; nobody has paid`);
    await this.provider.webhook(this.running.order, { status });
    await this.untilHistoryHas('observation');
    const { amountReceivedInCents } = await this.api.payin(this.running.payin.id);
    if (amountReceivedInCents !== 0) throw new Error(`a webhook alone has booked ${pesos(amountReceivedInCents)}`);
  }

  async merchantAsks(): Promise<void> {
    this.note('the merchant asks: POST /payins/{id}/refresh');
    await this.api.refresh(this.running.payin.id);
  }

  async merchantCancels(): Promise<void> {
    this.note('the merchant stops waiting: POST /payins/{id}/cancel');
    await this.api.cancel(this.running.payin.id);
  }

  async merchantRepeats(): Promise<void> {
    const { status, headers, body } = await this.api.ask(this.running.request);
    const same = status === 200 && headers.get('idempotency-replayed') === 'true' && body.id === this.running.payin.id;
    if (!same) throw new Error(`the same request again was answered ${status} with the payin ${body.id}`);
    this.note('the merchant sends the same request again: the same payin, and no second order');
  }

  async untilPayinIs(status: string): Promise<void> {
    const is = async () => ((await this.api.payin(this.running.payin.id)).status === status ? true : undefined);
    if (!(await this.progressWait.until(is))) throw new Error(`the payin never became ${status}`);
  }

  private async untilHistoryHas(type: string): Promise<void> {
    const has = async () => (await this.api.events(this.running.payin.id)).find((event) => event.type === type);
    if (!(await this.progressWait.until(has))) throw new Error(`the history never had ${type}`);
  }

  private note(text: string): void {
    this.lines.push({ at: new Date(), text: `> ${text}` });
  }
}
