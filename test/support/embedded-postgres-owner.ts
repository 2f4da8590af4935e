import { EmbeddedPostgres } from '../../libs/embedded-postgres/index.js';

/**
 * A process that owns an embedded server, to be killed by a test. Arguments: the folder. Prints one line of JSON, `{ "url" }` or
 * `{ "error" }`, then lives until it is killed or its standard input ends (so that it cannot outlive the test).
 */
const [directory = ''] = process.argv.slice(2);
const server = new EmbeddedPostgres({ directory, database: 'recaudo', settings: { fsync: 'off' } });

process.on('exit', () => server.stopNow());
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));

try {
  console.log(JSON.stringify({ url: await server.start() }));
} catch (error) {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
  process.exit(1);
}
