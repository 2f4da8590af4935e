import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

const FORM_TYPE = 'application/x-www-form-urlencoded';
const FIELDS_MAX = 50;

/** What a form sends. */
export type Form = Readonly<Partial<Record<string, string>>>;

/**
 * The fields of a form, of each name the first. No name of it is one of JavaScript's own objects.
 * @throws Problem UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST
 */
export function parseFormBody({ headers }: Pick<FastifyRequest, 'headers'>, body: Buffer): Form {
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== FORM_TYPE || headers['content-encoding'])
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', `Send the header Content-Type: ${FORM_TYPE}.`);
  const form = Object.create(null) as Record<string, string>;
  let count = 0;
  for (const [name, value] of new URLSearchParams(body.toString('utf8'))) {
    count += 1;
    if (count > FIELDS_MAX) throw new Problem('BAD_REQUEST', `The form has more than ${FIELDS_MAX} fields.`);
    form[name] ??= value;
  }
  return form;
}
