import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig, FastifyRequest } from 'fastify';

const OPERATOR_ROUTE = /^\/(?:health|metrics)(?:\/|$)/;

/** What stands at a route for Fastify's hooks to read. Several decorators may each say their part. */
export function routeConfig(part: Partial<FastifyContextConfig>): MethodDecorator {
  return (target, key, descriptor) => {
    const known: object = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) ?? {};
    return RouteConfig({ ...known, ...part })(target, key, descriptor as TypedPropertyDescriptor<unknown>) as void;
  };
}

/** For operators: probes and metrics. Each process serves them, whatever else it does, and however much of it. */
export function isOperatorRoute({ routeOptions }: FastifyRequest): boolean {
  return OPERATOR_ROUTE.test(routeOptions.url ?? '');
}
