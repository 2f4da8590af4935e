import type { Schemas } from '../../api/client.js';

export type Settings = Schemas['CheckoutSettingsSchema'];
export type Contrast = Schemas['ColorContrastSchema'];

/** As it is typed. */
export interface Draft {
  displayName: string;
  color: string;
  supportEmail: string;
  supportPhone: string;
  supportUrl: string;
  language: Settings['language'];
  /** One a line. */
  frameOrigins: string;
}
export type Field = keyof Draft;

export const isColor = (text: string): boolean => /^#[0-9a-f]{6}$/i.test(text);

export function draftOf(settings: Settings): Draft {
  return {
    displayName: settings.displayName ?? '',
    color: settings.color ?? '',
    supportEmail: settings.supportEmail ?? '',
    supportPhone: settings.supportPhone ?? '',
    supportUrl: settings.supportUrl ?? '',
    language: settings.language,
    frameOrigins: settings.frameOrigins.join('\n'),
  };
}

/** As the API takes them: only what was typed, so that what somebody else changes meanwhile stays. */
export function changesOf({ language, frameOrigins, ...typed }: Partial<Draft>): Schemas['UpdateCheckoutSettingsDto'] {
  const lines = frameOrigins
    ?.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return {
    ...Object.fromEntries(Object.entries(typed).map(([name, text]) => [name, text.trim() === '' ? null : text.trim()])),
    ...(language && { language }),
    ...(lines && { frameOrigins: lines }),
  };
}
