import fc from '../../node_modules/fast-check/lib/fast-check.js';

/** The same cases on every machine, so that a red test is red again. `PROPERTY_SEED=7` tries others. */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_121) });

export * from '../../node_modules/fast-check/lib/fast-check.js';
export default fc;
