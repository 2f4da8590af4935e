/** Sent on request to one endpoint, whatever events it chose. */
export const TEST_EVENT = 'webhook_endpoint.test';
