import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { teemopay } from './teemopay.descriptor.js';
import { TeemoPaySettings } from './teemopay.settings.js';

const SANDBOX = teemopay.sandboxEnvironment('http://localhost:4000');

function read(changes: Record<string, string | undefined> = {}) {
  const { ...plain }: Record<string, string | undefined> = { ...SANDBOX, ...changes };
  for (const [name, value] of Object.entries(plain)) if (value === undefined) delete plain[name];
  const settings = plainToInstance(TeemoPaySettings, plain);
  return { settings, problems: validateSync(settings).map(({ property }) => property) };
}

describe('the settings', () => {
  it('point at the built-in sandbox when nothing is said', () => {
    const { settings, problems } = read();
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      TEEMOPAY_BASE_URL: 'http://localhost:4000/teemopay',
      TEEMOPAY_APP_CODE: 'A2601010001CO001',
      TEEMOPAY_APP_CODE_HEADERS: ['app_code'],
      TEEMOPAY_RAILS: ['PSE', 'NEQUI', 'ANY', 'EFECTY', 'BRE_B'],
      TEEMOPAY_REVERSAL_CHECK_DAYS: 30,
    });
    expect(settings.TEEMOPAY_PRIVATE_KEY.type).toBe('private');
    expect(settings.TEEMOPAY_PLATFORM_PUBLIC_KEY.type).toBe('public');
  });

  it('name other headers, rails and days', () => {
    const { settings, problems } = read({
      TEEMOPAY_APP_CODE_HEADERS: 'app_code, appCode',
      TEEMOPAY_RAILS: 'PSE,BRE_B',
      TEEMOPAY_REVERSAL_CHECK_DAYS: '0',
    });
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      TEEMOPAY_APP_CODE_HEADERS: ['app_code', 'appCode'],
      TEEMOPAY_RAILS: ['PSE', 'BRE_B'],
      TEEMOPAY_REVERSAL_CHECK_DAYS: 0,
    });
  });

  it.each([
    ['TEEMOPAY_BASE_URL', undefined],
    ['TEEMOPAY_BASE_URL', 'ftp://example.com'],
    ['TEEMOPAY_APP_CODE', undefined],
    ['TEEMOPAY_APP_CODE', 'a\r\nX: y'],
    ['TEEMOPAY_PRIVATE_KEY', undefined],
    ['TEEMOPAY_PRIVATE_KEY', SANDBOX['TEEMOPAY_PLATFORM_PUBLIC_KEY']],
    ['TEEMOPAY_PLATFORM_PUBLIC_KEY', undefined],
    ['TEEMOPAY_PLATFORM_PUBLIC_KEY', SANDBOX['TEEMOPAY_PRIVATE_KEY']],
    ['TEEMOPAY_APP_CODE_HEADERS', ','],
    ['TEEMOPAY_APP_CODE_HEADERS', 'app code'],
    ['TEEMOPAY_RAILS', 'CARD'],
    ['TEEMOPAY_AMOUNT_LIMITS', 'none'],
    ['TEEMOPAY_REVERSAL_CHECK_DAYS', '-1'],
    ['TEEMOPAY_REVERSAL_CHECK_DAYS', '366'],
  ])('are refused at the start with %s as %p', (name, value) =>
    expect(read({ [name]: value }).problems).toEqual([name]),
  );
});
