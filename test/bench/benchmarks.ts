import type { Benchmark } from './benchmark.js';
import { claims } from './claims.js';
import { create } from './create.js';
import { intake } from './intake.js';
import { migrations } from './migrations.js';
import { notifications } from './notifications.js';
import { statements } from './statements.js';

/** Everything that `npm run bench` measures, in this order; `npm run bench -- <name>` runs one. */
export const BENCHMARKS: readonly Benchmark[] = [create, intake, claims, notifications, statements, migrations];
