import { type Language, useLanguage } from './language.js';

type Text = string | ((...args: never[]) => string);
interface Tree {
  [key: string]: Text | Tree;
}

/** The same keys, and the same arguments where a text takes some. */
type Same<T> = {
  [Key in keyof T]: T[Key] extends string
    ? string
    : T[Key] extends (...args: infer Args) => string
      ? (...args: Args) => string
      : Same<T[Key]>;
};

type Texts<T> = Record<Language, Same<T>>;

/** Texts in both languages. One that is missing in either does not compile. */
export function texts<const T extends Tree>(es: T, en: Same<T>): Texts<T> {
  return { es: es as unknown as Same<T>, en };
}

/** The texts in the language of the person. */
export function useTexts<T>(both: Texts<T>): Same<T> {
  return both[useLanguage()];
}

/** @returns `uno` for 1, else `varios` */
export function plural(count: number, one: string, several: string): string {
  return count === 1 ? one : several;
}
