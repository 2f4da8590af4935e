import { HttpException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { errorCodes } from 'fastify';
import { PROBLEMS, type ProblemCode } from './problem.js';
import { toProblem } from './problem.filter.js';

const SECRET = 'rk_live_secret';
const STATUSES = Array.from({ length: 200 }, (_, index) => 400 + index);

/** Whatever can be thrown before, in or after a controller. */
const THROWN: Readonly<Record<string, unknown[]>> = {
  'Nest’s exceptions': STATUSES.map((status) => new HttpException(SECRET, status)),
  'errors with a statusCode': STATUSES.map((statusCode) => Object.assign(new Error(SECRET), { statusCode })),
  'Fastify’s errors': Object.values(errorCodes).map((FastifyError) => new FastifyError(SECRET)),
  'anything else': [new Error(SECRET), SECRET, {}, undefined, null, 503],
};

describe('a problem', () => {
  it.each(Object.keys(THROWN))('has its own sentence, and nothing of the error: %s', (what) => {
    for (const error of THROWN[what]!) {
      const body = toProblem(error).toBody('request-1', 'https://pay.example');
      const { title, status } = PROBLEMS[body['code'] as ProblemCode];
      expect(body).toMatchObject({ title, status, detail: expect.stringMatching(/^.{10,}\.$/s) });
      expect(body['detail']).not.toBe(title);
      expect(JSON.stringify(body)).not.toContain(SECRET);
    }
  });
});
