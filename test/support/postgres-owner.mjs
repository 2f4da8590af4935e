// A process that owns an embedded server, to be killed by a test. Argument: the folder. Prints one line of JSON, `{ "url" }` or
// `{ "error" }`, then lives until it is killed or its standard input ends, so that it cannot outlive the test.
import { EmbeddedPostgres } from '../../dist/libs/embedded-postgres/index.js';

const server = new EmbeddedPostgres({ directory: process.argv[2], database: 'recaudo', settings: { fsync: 'off' } });

process.on('exit', () => server.stopNow());
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));

try {
  console.log(JSON.stringify({ url: await server.start() }));
} catch (error) {
  console.log(JSON.stringify({ error: error.message }));
  process.exit(1);
}
