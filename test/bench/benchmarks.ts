import type { Benchmark } from './benchmark.js';
import { checkout } from './checkout.js';
import { claims } from './claims.js';
import { create, createLarge } from './create.js';
import { decisions } from './decisions.js';
import { intake } from './intake.js';
import { migrations } from './migrations.js';
import { notifications } from './notifications.js';
import { read } from './read.js';
import { search } from './search.js';
import { statements } from './statements.js';

/** Everything that can be measured, in this order. */
export const BENCHMARKS: readonly Benchmark[] = [
  create,
  createLarge,
  intake,
  decisions,
  read,
  search,
  notifications,
  checkout,
  claims,
  statements,
  migrations,
];
