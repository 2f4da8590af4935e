import { describe, expect, it } from '@jest/globals';
import { toProblem } from '../http/problem.filter.js';
import { databaseProblem } from './database-problem.js';

const SECRET = 'rk_live_secret';
const bodyOf = (code: string) =>
  toProblem(Object.assign(new Error(SECRET), { code }), databaseProblem).toBody('request-1', 'https://pay.example');

describe('an error of the database', () => {
  it.each(['53300', '57P01', '08006', 'ECONNREFUSED'])('%s is a reason to try again, in a sentence', (code) => {
    const body = bodyOf(code);
    expect(body).toMatchObject({
      status: 503,
      code: 'UNAVAILABLE',
      detail: expect.stringMatching(/^The database .+\.$/),
    });
    expect(body['detail']).not.toBe(body['title']);
    expect(JSON.stringify(body)).not.toContain(SECRET);
  });

  it('that a statement caused is our fault, and says nothing of it', () => {
    const body = bodyOf('23505');
    expect(body).toMatchObject({ status: 500, code: 'INTERNAL_ERROR', detail: expect.stringMatching(/^.{10,}\.$/s) });
    expect(JSON.stringify(body)).not.toContain(SECRET);
  });
});
