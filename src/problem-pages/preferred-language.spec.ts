import { describe, expect, it } from '@jest/globals';
import { preferredLanguage } from './preferred-language.js';

describe('the language of a page', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['es', 'es'],
    ['ES-co', 'es'],
    ['es-CO,es;q=0.9,en;q=0.8', 'es'],
    ['en-US,en;q=0.9,es;q=0.8', 'en'],
    ['fr, es;q=0.3, en;q=0.2', 'es'],
    ['en;q=0, es;q=0.1', 'es'],
    ['es;q=0', 'en'],
    ['es;q=oops', 'en'],
    ['de', 'en'],
  ])('for %p is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });
});
