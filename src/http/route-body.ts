import { routeConfig } from './route-config.js';

/** How a route takes its body stands at the route: a URL has many spellings (`/%77ebhooks/…`), and the router alone knows which are one. */
declare module 'fastify' {
  interface FastifyContextConfig {
    /** Absent: a JSON object. */
    body?: 'raw' | 'file' | 'form';
    /** None is as an empty one. */
    isBodyOptional?: boolean;
  }
}

/** The body is kept as it came: its signature covers bytes, not meaning. */
export const RawBody = (): MethodDecorator => routeConfig({ body: 'raw' });

/** The body is a CSV file, to be read piece by piece. */
export const FileBody = (): MethodDecorator => routeConfig({ body: 'file' });

/** The body is what a browser sends of a form: texts by name, of each name the first. */
export const FormBody = (): MethodDecorator => routeConfig({ body: 'form' });

/** Marks a route that takes a JSON object, or nothing. */
export const OptionalBody = (): MethodDecorator => routeConfig({ isBodyOptional: true });
