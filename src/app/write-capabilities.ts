import { writeFile } from 'node:fs/promises';
import { capabilityMatrix } from '../provider-registry/capability-matrix.js';
import { declaredProviders } from '../provider-registry/declared-providers.js';
import { PROVIDERS } from '../providers.js';
import { runCommand } from './command.js';

/** `npm run docs:capabilities`: writes what the providers declare. */
runCommand(async () => {
  await writeFile('docs/capabilities.md', capabilityMatrix(await declaredProviders(PROVIDERS)));
  process.stdout.write('Wrote docs/capabilities.md\n');
});
