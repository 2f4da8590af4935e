import { describe, expect, it } from '@jest/globals';
import { PinoLogger } from './pino-logger.js';

describe('the levels of the log', () => {
  it.each([
    ['silent', []],
    ['fatal', ['fatal']],
    ['warn', ['warn', 'error', 'fatal']],
    ['info', ['log', 'warn', 'error', 'fatal']],
    ['debug', ['debug', 'log', 'warn', 'error', 'fatal']],
    ['trace', ['verbose', 'debug', 'log', 'warn', 'error', 'fatal']],
  ])('are for %s, in words of Nest, %p', (level, levels) => {
    const lines: string[] = [];
    const logger = new PinoLogger({ LOG_LEVEL: level }, { write: (line) => void lines.push(line) });
    expect(logger.levels).toEqual(levels);
    for (const name of ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'] as const) logger[name]('x');
    expect(lines).toHaveLength(levels.length);
  });
});
