import type { EventPageSchema, EventSchema } from '../../src/events/list-events.dto.js';
import type { ApiClient } from './api-client.js';

/** Pages through events by cursor, as a merchant's program does. */
export class EventReader {
  readonly read: EventSchema[] = [];

  constructor(
    private readonly api: () => ApiClient,
    public after?: string,
    private readonly query = 'limit=100',
  ) {}

  async page(more = ''): Promise<EventPageSchema> {
    const after = this.after === undefined ? '' : `&after=${this.after}`;
    const { status, body } = await this.api().call<EventPageSchema>('GET', `/events?${this.query}${more}${after}`);
    if (status !== 200) throw new Error(`no events: ${status} ${JSON.stringify(body)}`);
    this.read.push(...body.data);
    this.after = body.pageInfo.nextCursor;
    return body;
  }

  /** All that there are. */
  async drain(): Promise<EventSchema[]> {
    let hasNext = true;
    while (hasNext) ({ hasNext } = (await this.page()).pageInfo);
    return this.read;
  }
}

/** Of an event of a payin: whose it is, and its place in the history. */
export function placeOf({ data }: EventSchema): string {
  return `${String(data['id'])} ${String(data['sequence'])}`;
}
