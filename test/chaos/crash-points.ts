import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AnyNode, parse } from 'acorn';
import { ancestor } from 'acorn-walk';
import { MagicString } from 'magic-string';

/**
 * Crash points at every await of the built program, put there while a process loads it: the product's source knows nothing of them. A process
 * that is started with `node --import` of this file and CRASH_POINT kills itself when it passes that point for the CRASH_HIT-th time. Node
 * strips this file's types by itself; it therefore imports no other file of ours.
 */

/** What a point belongs to; a file that several paths share counts for each. */
export const CRASH_PATHS = {
  create:
    /^payins\/(api\/payins\.controller:create#|use-cases\/(create-payin|open-attempt)\.service:|store\/payin\.store:(insert|readByReference)#)/,
  webhook: /^webhooks\//,
  apply: /^payins\/use-cases\/apply-updates\.service:|^payins\/store\/payin\.store:(read|write)#/,
  poll: /^payins\/use-cases\/(check-payin-status\.service|poll-payins\.worker):|^payins\/store\/payin\.store:(claimPolls|postpone)#/,
  expire:
    /^payins\/use-cases\/(expire-payins\.worker|check-payin-status\.service):|^payins\/store\/payin\.store:claimExpired#/,
  notify: /^notifications\//,
  act: /^payins\/(api\/payins\.controller:(refresh|cancel|accept)#|use-cases\/payin-actions\.service:|store\/payin\.store:claim#)/,
  work: /^database\/|^payins\/store\/payin\.store:/,
} as const satisfies Record<string, RegExp>;
export type CrashPath = keyof typeof CRASH_PATHS;

/** Of which a spec of its own passes every point, in place of the campaign. */
export const WALKED_PATHS = {
  refund: /^refunds\//,
  choose: /^payins\/use-cases\/checkout\.service:/,
  clock: /^test-clocks\//,
} as const satisfies Record<string, RegExp>;

/** What only reads for the API, and what only starts, has nothing to lose; nor have the terms of a search, which are written again. */
const INSTRUMENTED =
  /^(payins\/(api\/[a-z-]+\.controller|(use-cases|store)\/(?!find-)[a-z-]+\.(service|worker|store))|webhooks\/(?!read-)[a-z-]+\.(service|worker|store|controller)|notifications\/[a-z-]+\.(worker|store)|refunds\/(ask-providers?|refund)\.(service|worker|store)|test-clocks\/(advance-clock\.service|simulated-clocks|test-clock\.store)|database\/(database|batcher|due-work))\.js$/;
/** Calls whose promise is handed on without an await. */
const HANDED_ON = /^(this\.)?(database|store|pool|check)\.\w+$/;

/** @param file below `dist/src`, as `payins/store/payin.store.js` */
export function instrument(file: string, source: string): { code: string; points: string[] } {
  const found: { node: AnyNode; where: string; pass: string }[] = [];
  const find = (pass: string) => (node: AnyNode, _state: unknown, ancestors: AnyNode[]) => {
    found.push({ node, where: functionAround(ancestors), pass });
  };
  const awaited = find('passed');
  const handedOn = find('passedLater');
  ancestor(parse(source, { ecmaVersion: 'latest', sourceType: 'module' }), {
    AwaitExpression: awaited,
    CallExpression(node, state, ancestors) {
      const parent = ancestors.at(-2);
      const isResult =
        parent?.type === 'ReturnStatement' || (parent?.type === 'ArrowFunctionExpression' && parent.body === node);
      const { start, end } = node.callee;
      if (isResult && HANDED_ON.test(source.slice(start, end))) handedOn(node, state, ancestors);
    },
  });
  const code = new MagicString(source);
  const points: string[] = [];
  const counts = new Map<string, number>();
  for (const { node, where, pass } of found.toSorted((one, other) => one.node.start - other.node.start)) {
    const count = (counts.get(where) ?? 0) + 1;
    counts.set(where, count);
    const point = `${file.replace(/\.js$/, '')}:${where}#${count}`;
    points.push(`${point}:before`, `${point}:after`);
    const chaos = 'globalThis.chaos';
    code.appendLeft(node.start, `(${chaos}.passed("${point}:before"), ${chaos}.${pass}("${point}:after", `);
    code.appendRight(node.end, '))');
  }
  return { code: code.toString(), points };
}

/** The name of the innermost function that has one. */
function functionAround(ancestors: readonly AnyNode[]): string {
  for (const node of ancestors.toReversed()) {
    const name = nameOf(node);
    if (name?.type === 'Identifier' || name?.type === 'PrivateIdentifier') return name.name;
  }
  return 'module';
}

function nameOf(node: AnyNode): AnyNode | null | undefined {
  if (node.type === 'MethodDefinition') return node.key;
  if (node.type === 'FunctionDeclaration') return node.id;
  return node.type === 'VariableDeclarator' && node.init?.type === 'ArrowFunctionExpression' ? node.id : undefined;
}

/** All points of the built program, in the order of its source. */
export function listCrashPoints(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  return files
    .filter((file) => INSTRUMENTED.test(file))
    .toSorted()
    .flatMap((file) => instrument(file, readFileSync(join(folder, file), 'utf8')).points);
}

export function pointsOf(path: CrashPath, points: readonly string[]): string[] {
  return points.filter((point) => CRASH_PATHS[path].test(point));
}

/**
 * Of points in the order in which they were first passed, one between any two effects. Nothing leaves the process between the end of one call and the
 * beginning of the next, nor between the beginning of a call and that of the call inside it: whoever dies there leaves the same behind.
 */
export function betweenEffects(passed: readonly string[]): string[] {
  const places = new Map(passed.map((point, place) => [point, place]));
  const endOf = (point: string) => places.get(point.replace(/:before$/, ':after')) ?? passed.length;
  return passed.filter((point, place) => {
    const next = passed[place + 1];
    if (next === undefined) return true;
    if (point.endsWith(':after')) return false;
    const isAroundNext = next.endsWith(':before') && endOf(next) < endOf(point);
    return !isAroundNext;
  });
}

/** A fault that is planted on purpose: `find` in the built `file` becomes `replace`. */
export interface Edit {
  file: string;
  find: string;
  replace: string;
}

/** @throws Error when there is nothing to edit any more: a planted fault that is gone must not go unseen */
export function applyEdits(file: string, source: string, edits: readonly Edit[]): string {
  return edits
    .filter((edit) => edit.file === file)
    .reduce((text, { find, replace }) => {
      if (!text.includes(find)) throw new Error(`nothing to edit in ${file}: ${find}`);
      return text.replaceAll(find, replace);
    }, source);
}

interface CrashSettings {
  CRASH_POINT?: string;
  CRASH_HIT?: string;
  /** Each point that is passed is written there once. */
  CRASH_LOG?: string;
  /** A file: what is passed before it is there is neither counted nor written. */
  CRASH_ARMED_BY?: string;
  /** Edits, as JSON. */
  CHAOS_EDITS?: string;
}

function load({ CRASH_POINT, CRASH_HIT = '1', CRASH_LOG, CRASH_ARMED_BY, CHAOS_EDITS = '[]' }: CrashSettings): void {
  const edits = JSON.parse(CHAOS_EDITS) as Edit[];
  const seen = new Set<string>();
  let left = Number(CRASH_HIT);
  let isArmed = CRASH_ARMED_BY === undefined;
  const passed = <T>(point: string, value?: T): T | undefined => {
    isArmed ||= existsSync(CRASH_ARMED_BY!);
    if (!isArmed) return value;
    if (CRASH_LOG && !seen.has(point)) {
      seen.add(point);
      appendFileSync(CRASH_LOG, `${point}\n`);
    }
    if (point === CRASH_POINT && (left -= 1) === 0) process.kill(process.pid, 'SIGKILL');
    return value;
  };
  const passedLater = (point: string, promise: unknown) =>
    promise instanceof Promise ? promise.then((value: unknown) => passed(point, value)) : promise;
  Object.assign(globalThis, { chaos: { passed, passedLater } });
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const file = url.startsWith('file:')
        ? fileURLToPath(url).replaceAll('\\', '/').split('/dist/src/')[1]
        : undefined;
      if (!file || !loaded.source) return loaded;
      const edited = applyEdits(file, textOf(loaded.source), edits);
      return { ...loaded, source: INSTRUMENTED.test(file) ? instrument(file, edited).code : edited };
    },
  });
}

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source);
}

// Only a process under test is to be changed, and not one that merely asks which points there are.
if (process.env['CRASH_LOG']) load(process.env);
