import { Problem } from '../../http/problem.js';

/** Files that one process receives at the same time; one organization alone has half of them. */
export class UploadSlots {
  readonly #taken = new Map<string, number>();

  constructor(
    private readonly max: number,
    private readonly ofOrganizationMax = max / 2,
  ) {}

  /** @throws Problem UNAVAILABLE where there are too many */
  async during<T>(organizationId: string, receive: () => Promise<T>): Promise<T> {
    const own = this.#taken.get(organizationId) ?? 0;
    const all = [...this.#taken.values()].reduce((sum, uploads) => sum + uploads, 0);
    if (own >= this.ofOrganizationMax || all >= this.max)
      throw notNow('Other statements are being received. Send it again in a moment.');
    this.#taken.set(organizationId, own + 1);
    try {
      return await receive();
    } finally {
      const left = this.#taken.get(organizationId)! - 1;
      if (left > 0) this.#taken.set(organizationId, left);
      else this.#taken.delete(organizationId);
    }
  }
}

export function notNow(detail: string): Problem {
  return new Problem('UNAVAILABLE', detail, undefined, { 'retry-after': '10' });
}
