import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig, FastifyRequest } from 'fastify';

const OPERATOR_ROUTE = /^\/(?:health|metrics)(?:\/|$)/;

/** Probes and metrics. */
export function isForOperators(url: string): boolean {
  return OPERATOR_ROUTE.test(url);
}

/** What stands at a route for Fastify's hooks to read. Several decorators may each say their part. */
export function routeConfig(part: Partial<FastifyContextConfig>): MethodDecorator {
  return (target, key, descriptor) => {
    const known: object = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) ?? {};
    return RouteConfig({ ...known, ...part })(target, key, descriptor as TypedPropertyDescriptor<unknown>) as void;
  };
}

/** What Fastify's hooks have to know of a route. */
export interface Route {
  /** As it is declared. */
  url: string;
  config: FastifyContextConfig;
  /** For operators: probes and metrics. Each process serves them, whatever else it does, and however much of it. */
  isForOperators: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    route?: Route;
  }
}

/** Read once a request, as Fastify makes `routeOptions` anew whenever they are read. */
export function routeOf(request: FastifyRequest): Route {
  if (!request.route) {
    const { config, url = '' } = request.routeOptions;
    request.route = { url, config, isForOperators: isForOperators(url) };
  }
  return request.route;
}
