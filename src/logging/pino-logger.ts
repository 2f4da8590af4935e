import { AsyncLocalStorage } from 'node:async_hooks';
import type { LoggerService, LogLevel } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { ServiceSettings } from '../../config/service.settings.js';
import { describeError } from './describe-error.js';

/** By these two a line about a payin is found. */
export interface PayinFields {
  payinId: string;
  reference: string;
}

interface Context {
  requestId?: string;
  payin?: () => PayinFields | undefined;
}

const contexts = new AsyncLocalStorage<Context>();

/** What is written during this, and by what it waits for, says which request it was for. */
export function duringRequest<T>(requestId: string, work: () => T): T {
  return contexts.run({ requestId }, work);
}

/**
 * What is written during this, and by what it waits for, says which payin it was for: for calls, which know no payin. Where the payin is at hand,
 * its line names it.
 * @param payin read only where a line is written; undefined where it is of none
 */
export function aboutPayin<T>(payin: () => PayinFields | undefined, work: () => T): T {
  return contexts.run({ ...contexts.getStore(), payin }, work);
}

const LEVELS = [
  ['verbose', 'trace'],
  ['debug', 'debug'],
  ['log', 'info'],
  ['warn', 'warn'],
  ['error', 'error'],
  ['fatal', 'fatal'],
] as const;

/** Nest's logger: one JSON object a line. */
export class PinoLogger implements LoggerService {
  readonly pino: Logger;

  constructor({ LOG_LEVEL: level }: Pick<ServiceSettings, 'LOG_LEVEL'>, destination?: DestinationStream) {
    const options = {
      level,
      mixin: () => {
        const { requestId, payin } = contexts.getStore() ?? {};
        return { ...(requestId !== undefined && { requestId }), ...payin?.() };
      },
      // An error's message may quote what was sent.
      serializers: {
        err: (error: Error & { code?: unknown }) => ({ type: error.constructor.name, code: error.code }),
      },
    };
    this.pino = destination ? pino(options, destination) : pino(options);
  }

  static async create(settings: ServiceSettings): Promise<PinoLogger> {
    const isTerminal = process.stdout.isTTY && !settings.production;
    return new PinoLogger(settings, isTerminal ? await readableLines() : undefined);
  }

  /** Those that are written, as Nest calls them. */
  get levels(): LogLevel[] {
    return LEVELS.filter(([, level]) => this.pino.isLevelEnabled(level)).map(([name]) => name);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** @param rest a text about fields, if they come first; the context comes last */
  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = rest.at(-1);
    const text = rest.length > 1 ? rest[0] : undefined;
    if (message instanceof Error) this.pino[level]({ context, err: message }, describeError(message));
    else if (typeof message !== 'object') this.pino[level]({ context }, message as string);
    else this.pino[level]({ context, ...message }, typeof text === 'string' ? text : undefined);
  }
}

/** Lines for a person at a terminal. Everything else gets JSON. */
async function readableLines(): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({ sync: true, ignore: 'pid,hostname,req,res,context', singleLine: true, translateTime: 'HH:MM:ss' });
}
