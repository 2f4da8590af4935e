import type { IncomingHttpHeaders } from 'node:http';
import { routeConfig } from './route-config.js';

/** How a route takes its body stands at the route: a URL has many spellings (`/%77ebhooks/…`), and the router alone knows which are one. */
declare module 'fastify' {
  interface FastifyContextConfig {
    /** Absent: a JSON object. */
    body?: 'raw' | 'file' | 'form' | 'picture';
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

/** What pictures may come as. */
export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const;
export type PictureType = (typeof PICTURE_TYPES)[number];
export const PICTURE_BYTES_MAX = 512 * 1024;

/** The body is a picture, kept as it came. */
export const PictureBody = (): MethodDecorator => routeConfig({ body: 'picture' });

/** The type that a request to such a route says of its body; undefined for any other. */
export function pictureTypeOf({ headers }: { headers: IncomingHttpHeaders }): PictureType | undefined {
  const said = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return PICTURE_TYPES.find((type) => type === said);
}

/** Marks a route that takes a JSON object, or nothing. */
export const OptionalBody = (): MethodDecorator => routeConfig({ isBodyOptional: true });
