import { readFile, writeFile } from 'node:fs/promises';
import { allErrors } from '../problem-pages/errors-page.js';
import { LANGUAGES, textsOf } from '../problem-pages/texts/texts.js';
import { runCommand } from './command.js';

/** `npm run docs:errors`: writes what there is to say of all problems into the merchants' pages. */
runCommand(async () => {
  for (const language of LANGUAGES) {
    const path = `docs/${language}/errors.md`;
    const page = await readFile(path, 'utf8');
    const [beginning = ''] = page.split(`## ${textsOf(language).all}`);
    await writeFile(path, `${beginning}${allErrors(language)}\n`);
    process.stdout.write(`Wrote ${path}\n`);
  }
});
