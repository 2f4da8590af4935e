import type { NotificationSchema } from '../../src/notifications/notification.dto.js';
import type { WebhookEndpointSchema } from '../../src/notifications/endpoints/webhook-endpoint.schema.js';
import type { ApiClient } from './api-client.js';
import { until } from './until.js';

export type NotificationView = NotificationSchema & {
  body: string;
  attempts: {
    number: number;
    at: string;
    status: number | null;
    durationMs: number;
    result: string;
    firstBytes: string | null;
  }[];
};
export type EndpointView = WebhookEndpointSchema & { secret: string };

/** A merchant's client of endpoints and notifications. */
export class NotificationApi {
  constructor(private readonly api: ApiClient) {}

  async createEndpoint(fields: Record<string, unknown>): Promise<EndpointView> {
    const { status, body } = await this.api.call<EndpointView>('POST', '/webhook-endpoints', fields);
    if (status !== 201) throw new Error(`not created: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async endpoint(id: string): Promise<WebhookEndpointSchema> {
    return (await this.api.call<WebhookEndpointSchema>('GET', `/webhook-endpoints/${id}`)).body;
  }

  async updateEndpoint(id: string, changes: Record<string, unknown>): Promise<WebhookEndpointSchema> {
    const { status, body } = await this.api.call<WebhookEndpointSchema>('PATCH', `/webhook-endpoints/${id}`, changes);
    if (status !== 200) throw new Error(`not updated: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** @returns the notification's id */
  async sendTest(endpointId: string): Promise<string> {
    const path = `/webhook-endpoints/${endpointId}/test`;
    const { status, body } = await this.api.call<{ notificationId: string }>('POST', path);
    if (status !== 202) throw new Error(`not sent: ${status} ${JSON.stringify(body)}`);
    return body.notificationId;
  }

  async list(query: string): Promise<NotificationSchema[]> {
    return (await this.api.call<{ data: NotificationSchema[] }>('GET', `/notifications?limit=100&${query}`)).body.data;
  }

  async notification(id: string): Promise<NotificationView> {
    return (await this.api.call<NotificationView>('GET', `/notifications/${id}`)).body;
  }

  /** Waits until a notification has been tried so often. */
  tried(id: string, times = 1): Promise<NotificationView> {
    return until(`${times} tries of ${id}`, async () => {
      const notification = await this.notification(id);
      return notification.attempts.length >= times && notification;
    });
  }
}
