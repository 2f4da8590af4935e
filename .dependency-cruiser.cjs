/** The dependency rule of ARCHITECTURE.md. Checked in the test run. Imports of types count. */

/** The folders of `src`, from the ground up: a folder imports only from the rows above its own in this list. */
const layers = [
  ['logging'],
  ['drop-in-registry'],
  ['database', 'http'],
  ['audit'],
  ['secrets', 'auth'],
  ['audit-log'],
  ['organizations', 'provider-registry'],
  ['pse-banks', 'people'],
  ['outbox'],
  ['payins'],
  ['refunds', 'payment-links'],
  ['notifications'],
  ['reconciliation'],
  ['webhooks', 'ledger', 'statements', 'explain', 'events'],
  ['personal-data', 'worklist', 'test-clocks'],
  ['checkout-settings'],
  ['metrics'],
  ['checkout', 'drop-in'],
  ['health', 'console', 'problem-pages', 'api-reference'],
  ['app'],
];

/** What only laptops and tests load. */
const tools = [
  'sandbox',
  'console',
  'checkout',
  'sdk',
  'demo',
  'embedded-postgres',
  'provider-generator',
  'conformance',
];

const libraries = [
  'html',
  'fair-share',
  'payment-provider',
  'drop-in-contract',
  'outbound-http',
  'embedded-postgres',
  'sandbox',
  'conformance',
  'sdk',
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...layers.flatMap((row, at) =>
      row.map((folder) => ({
        name: `${folder}-imports-from-below`,
        severity: 'error',
        from: { path: `^src/${folder}/` },
        to: {
          path: '^src/',
          pathNot: `^src/(${[folder, ...layers.slice(0, at).flat()].join('|')})/${folder === 'app' ? '|^src/(providers|drop-in-contracts)\\.ts$' : ''}`,
        },
      })),
    ),
    {
      name: 'every-folder-has-a-layer',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${layers.flat().join('|')})/|^src/(providers|drop-in-contracts)\\.ts$` },
      to: {},
    },
    {
      name: 'domain-imports-nothing',
      comment: 'The rules of a payin are pure: of the contract they know the types.',
      severity: 'error',
      from: { path: '^src/payins/domain/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^src/payins/domain/|^libs/payment-provider/' },
    },
    {
      name: 'domain-imports-types-of-the-contract',
      severity: 'error',
      from: { path: '^src/payins/domain/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'libraries-know-nothing-of-the-service',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(src|config|test)/' },
    },
    {
      name: 'settings-know-nothing-of-the-service',
      severity: 'error',
      from: { path: '^config/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'contract-is-the-bottom',
      severity: 'error',
      from: { path: '^libs/payment-provider/' },
      to: { path: '^libs/(?!payment-provider/)' },
    },
    {
      name: 'shares-know-nothing',
      severity: 'error',
      from: { path: '^libs/fair-share/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^libs/fair-share/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'html-knows-nothing',
      severity: 'error',
      from: { path: '^libs/html/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^libs/html/' },
    },
    {
      name: 'outbound-http-knows-the-contract-at-most',
      severity: 'error',
      from: { path: '^libs/outbound-http/' },
      to: { path: '^libs/(?!outbound-http/|payment-provider/|fair-share/)' },
    },
    {
      name: 'providers-stand-alone',
      comment: 'A provider knows the contract and the way out, and no other provider.',
      severity: 'error',
      from: { path: '^libs/providers/([^/]+)/', pathNot: '\\.(spec|subject)\\.ts$' },
      to: { path: '^libs/(?!payment-provider/|outbound-http/|providers/$1/)' },
    },
    {
      name: 'drop-ins-stand-alone',
      comment: 'A contract that is served knows the contracts of both sides, and nothing of the provider whose it is.',
      severity: 'error',
      from: { path: '^libs/drop-in/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/(?!payment-provider/|drop-in-contract/|drop-in/$1/)' },
    },
    {
      name: 'drop-in-contract-knows-the-provider-contract-at-most',
      severity: 'error',
      from: { path: '^libs/drop-in-contract/' },
      to: { path: '^libs/(?!drop-in-contract/|payment-provider/)' },
    },
    {
      name: 'only-the-manifest-names-drop-ins',
      severity: 'error',
      from: { path: '^(src|config)/', pathNot: '^src/drop-in-contracts\\.ts$' },
      to: { path: '^libs/drop-in/' },
    },
    {
      name: 'enter-drop-ins-through-their-index',
      severity: 'error',
      from: { path: '^(?!libs/drop-in/)' },
      to: { path: '^libs/drop-in/[^/]+/(?!index\\.ts$)' },
    },
    {
      name: 'sandbox-is-an-independent-witness',
      severity: 'error',
      from: { path: '^libs/sandbox/' },
      to: { path: '^libs/(?!sandbox/|html/)' },
    },
    {
      name: 'only-the-manifest-names-providers',
      severity: 'error',
      from: { path: '^(src|config)/', pathNot: '^src/providers\\.ts$' },
      to: { path: '^libs/providers/' },
    },
    {
      name: 'production-has-no-tools',
      comment: 'What runs in production reaches no simulated provider and no database server of its own.',
      severity: 'error',
      from: { path: '^src/app/(main|service|app\\.module)\\.ts$' },
      to: { path: `^libs/(${tools.join('|')})/`, reachable: true },
    },
    ...libraries.map((library) => ({
      name: `enter-${library}-through-its-index`,
      severity: 'error',
      from: { pathNot: `^(libs/${library}/|test/integration/${library}.*\\.spec\\.ts$)` },
      to: { path: `^libs/${library}/(?!index\\.ts$)` },
    })),
    {
      name: 'enter-providers-through-their-index',
      severity: 'error',
      from: { path: '^(?!libs/providers/)' },
      to: { path: '^libs/providers/[^/]+/(?!index\\.ts$)', pathNot: '\\.subject\\.ts$' },
    },
    ...['console', 'checkout'].flatMap((library) => [
      {
        name: `${library}-stands-alone`,
        comment: 'It runs in browsers: it knows the service by what it answers, and what it is built of.',
        severity: 'error',
        from: { path: `^libs/${library}/` },
        to: { path: '^(src|config|test|libs)/', pathNot: `^libs/${library}/` },
      },
      {
        name: `${library}-has-no-node`,
        severity: 'error',
        from: { path: `^libs/${library}/src/` },
        to: { dependencyTypes: ['core', 'npm-no-pkg', 'npm-unknown'] },
      },
      {
        name: `nothing-imports-the-${library}`,
        severity: 'error',
        from: { path: `^(?!libs/${library}/)` },
        to: { path: `^libs/${library}/` },
      },
    ]),
    {
      name: 'sdk-stands-alone',
      comment: 'Merchants install it: it knows the service by what it answers.',
      severity: 'error',
      from: { path: '^libs/sdk/' },
      to: { path: '^(src|config|test|libs)/', pathNot: '^libs/sdk/' },
    },
    {
      name: 'sdk-runs-anywhere',
      comment: 'Node, Deno, Bun and workers: of what is installed it needs one package.',
      severity: 'error',
      from: { path: '^libs/sdk/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^libs/sdk/|^node_modules/standardwebhooks/' },
    },
    {
      name: 'console-pages-stand-alone',
      comment: 'What two pages need stands in components, texts or api.',
      severity: 'error',
      from: { path: '^libs/console/src/pages/([^/]+)/' },
      to: { path: '^libs/console/src/pages/(?!$1/)' },
    },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      from: { path: '^(src|config|libs)/', pathNot: '\\.(spec|subject)\\.ts$|^libs/(conformance|provider-generator)/' },
      to: { path: '^test/|\\.spec\\.ts$|^libs/conformance/' },
    },
    {
      name: 'no-development-dependency-in-the-product',
      comment: 'Of pages, browsers get what is built: it needs none of its parts when it runs.',
      severity: 'error',
      from: {
        path: '^(src|config|libs)/',
        pathNot: '\\.(spec|subject)\\.ts$|^libs/(conformance|provider-generator|console|checkout|api-reference)/',
      },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'require', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
