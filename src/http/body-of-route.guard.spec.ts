import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { BodyOfRouteGuard } from './body-of-route.guard.js';
import { Problem } from './problem.js';

describe('a route that takes no body', () => {
  class Controller {
    list(this: void) {}
  }
  const { list } = Controller.prototype;
  const context = new ExecutionContextHost([{ headers: {} }], Controller, list);

  // Nest begins such a name with 21 random hexadecimal digits: 2 in 100 begin as that of @Body() does.
  it.each(['3f0000000000000000000', '3a1b2c3d4e5f6a7b8c9d0', '0f0000000000000000000', 'f30000000000000000000'])(
    'is not taken for another by the random name %s of a decorator of ours',
    (random) => {
      Reflect.defineMetadata(
        ROUTE_ARGS_METADATA,
        { [`${random}__customRouteArgs__:0`]: {}, '4:1': {} },
        Controller,
        list.name,
      );
      expect(new BodyOfRouteGuard().canActivate(context)).toBe(true);
    },
  );

  const ofRequest = (request: object) => new ExecutionContextHost([request], Controller, list);

  it('accepts an empty one, though its length is not declared', () => {
    const context = ofRequest({ method: 'POST', headers: { 'transfer-encoding': 'chunked' } });
    expect(new BodyOfRouteGuard().canActivate(context)).toBe(true);
  });

  it.each([{ 'content-length': '2' }, { 'transfer-encoding': 'chunked' }])(
    'refuses one of a GET, which nobody reads: %j',
    (headers) => {
      const context = ofRequest({ method: 'GET', headers });
      expect(() => new BodyOfRouteGuard().canActivate(context)).toThrow(Problem);
    },
  );
});
