import { routeConfig } from '../http/route-config.js';

/** Marks a page that says its Content-Security-Policy itself. */
export const OwnPolicy = (): MethodDecorator => routeConfig({ ownPolicy: true });
