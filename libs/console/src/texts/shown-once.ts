import { texts } from './texts.js';

export const shownOnceTexts = texts(
  {
    shownOnce: 'Solo se muestra ahora. Cópielo antes de cerrar: después nadie lo puede ver.',
    kept: 'Lo guardé',
  },
  {
    shownOnce: 'It is shown only now. Copy it before you close this: nobody can see it afterwards.',
    kept: 'I have kept it',
  },
);
