export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './src/embedded-postgres.js';
export { EmbeddedPostgresError } from './src/embedded-postgres.error.js';
