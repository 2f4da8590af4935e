import { resolve, join } from 'node:path';

/** Absolute paths of everything the server keeps on disk. */
export interface Layout {
  /** The folder the caller named. */
  readonly directory: string;
  /** PGDATA; exists only complete, because it is renamed into place. */
  readonly cluster: string;
  /** Where initdb works; whatever is left in it was interrupted. */
  readonly clusterInTheMaking: string;
  /** The superuser's password, mode 600, owned by us. */
  readonly passwordFile: string;
  /** The copy of the password that initdb's account may read, for as long as initdb runs. */
  readonly initdbPasswordFile: string;
  /** Output of the server. */
  readonly serverLog: string;
  /** The server log before the last rotation. */
  readonly previousServerLog: string;
  /** File behind the start lock where the system has no abstract sockets. */
  readonly startLock: string;
}

/** The superuser of the embedded server. */
export const SUPERUSER = 'recaudo';

/** Names the files under `directory`, which may be relative to the working directory. */
export function layoutOf(directory: string): Layout {
  const root = resolve(directory);
  return {
    directory: root,
    cluster: join(root, 'cluster'),
    clusterInTheMaking: join(root, 'cluster.new'),
    passwordFile: join(root, 'password'),
    initdbPasswordFile: join(root, 'cluster.new', 'password'),
    serverLog: join(root, 'server.log'),
    previousServerLog: join(root, 'server.log.1'),
    startLock: join(root, 'start.lock'),
  };
}
