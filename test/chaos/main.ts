import { parseArgs } from 'node:util';
import { describeViolations } from './campaign.js';
import { PLANTED_FAULTS, type PlantedFaultName } from './planted-faults.js';
import { runLong, runShort } from './run.js';

/** `npm run chaos -- --minutes N --seed S [--plant name]`: ends with 1 when a promise was broken. With `--minutes 0`, the short run. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    plant: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!Number.isFinite(minutes) || !Number.isSafeInteger(seed)) throw new Error('--minutes and --seed take numbers');
if (values.plant !== undefined && !Object.hasOwn(PLANTED_FAULTS, values.plant))
  throw new Error(`--plant takes one of ${Object.keys(PLANTED_FAULTS).join(', ')}`);
const fault = values.plant === undefined ? undefined : PLANTED_FAULTS[values.plant as PlantedFaultName];
const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

say(`seed ${seed}, ${minutes > 0 ? `${minutes} minutes` : 'short'}${values.plant ? `, planted: ${values.plant}` : ''}`);
const planted = fault ? { fault } : {};
const report =
  minutes > 0 ? await runLong({ seed, minutes, say, ...planted }) : await runShort({ seed, say, ...planted });
for (const [what, count] of Object.entries(report.counts)) console.log(`${String(count).padStart(8)} ${what}`);
if (report.violations.length > 0) {
  console.log(describeViolations(report));
  process.exitCode = 1;
}
