import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DropInRegistry } from '../drop-in-registry/drop-in-registry.js';
import { ServiceSettings } from '../../config/service.settings.js';
import { until } from '../../test/support/until.js';
import { configureHttp, createAdapter } from '../http/http-app.js';
import type { ApiKeys } from './api-keys.js';
import { Public } from './caller.js';
import { Needs } from './needs.js';
import { RequestGate } from './request-gate.js';
import type { Sessions } from './sessions.js';

/** Fourteen are worked on, seven of one share alone, and two wait. */
const settings = Object.assign(new ServiceSettings(), { REQUESTS_AT_ONCE_MAX: 16 });
const ALONE = 7;

const begun: (() => void)[] = [];
let came = 0;
let gone = 0;

@Controller()
class Slow {
  /** Ends when the test says so. */
  @Public()
  @Post('slow')
  slow(): Promise<void> {
    return new Promise((resolve) => begun.push(resolve));
  }

  @Get('closed')
  @Needs('payins:read')
  closed(): void {}
}

@Module({ controllers: [Slow] })
class SlowModule {}

let app: NestFastifyApplication;
let port: number;

beforeAll(async () => {
  app = await NestFactory.create<NestFastifyApplication>(SlowModule, createAdapter(settings), {
    logger: false,
    bodyParser: false,
  });
  configureHttp(app, settings, () => undefined);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (_request, reply, next) => {
    came += 1;
    reply.raw.once('close', () => (gone += 1));
    next();
  });
  // Nobody's key is known.
  const apiKeys: Pick<ApiKeys, 'authenticate' | 'lastKnownOrganization'> = {
    authenticate: () => Promise.resolve(undefined),
    lastKnownOrganization: () => undefined,
  };
  const noSessions: Partial<Sessions> = {};
  new RequestGate(apiKeys as ApiKeys, noSessions as Sessions, new DropInRegistry([], []), settings).guard(fastify);
  await app.listen(0, '127.0.0.1');
  ({ port } = fastify.server.address() as { port: number });
});

afterEach(() => {
  for (const end of begun.splice(0)) end();
});

afterAll(async () => {
  await app.close();
});

async function ask() {
  const before = came;
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  socket.write('POST /slow HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n');
  await until('the request to be there', () => came > before);
  return socket;
}

describe('the requestGate', () => {
  it('has nothing done for those who have hung up while they waited for their turn', async () => {
    const patient = await ask();
    for (let asked = 1; asked < ALONE; asked += 1) await ask();
    await until('as many as may to be worked on', () => begun.length === ALONE);
    const waiting = [await ask(), await ask()];
    for (const socket of waiting) socket.resetAndDestroy();
    await until('them to be gone', () => gone === waiting.length);
    begun[0]!();
    await once(patient, 'data');
    await ask();
    await until('the next to be worked on', () => begun.length > ALONE);
    expect(begun).toHaveLength(ALONE + 1);
  });

  it('has done with whom it has refused, even if the answer stands behind another one', async () => {
    const stuck = await ask();
    await until('the first to be worked on', () => begun.length === 1, 5_000);
    const before = came;
    // As many as one share may have, and as may wait.
    const refused = ALONE + 2;
    stuck.write('GET /closed HTTP/1.1\r\nHost: x\r\nX-API-Key: guessed\r\n\r\n'.repeat(refused));
    await until('them to be there', () => came === before + refused, 5_000);
    const other = await fetch(`http://127.0.0.1:${port}/closed`, { headers: { 'x-api-key': 'guessed, too' } });
    expect(other.status).toBe(401);
  });
});

it('a route that says neither that it is public nor what it needs does not start', async () => {
  @Controller()
  class Unsaid {
    @Get('unsaid')
    unsaid(): void {}
  }
  @Module({ controllers: [Unsaid] })
  class UnsaidModule {}
  const unsaid = await NestFactory.create<NestFastifyApplication>(UnsaidModule, createAdapter(settings), {
    logger: false,
    abortOnError: false,
  });
  new RequestGate({} as ApiKeys, {} as Sessions, new DropInRegistry([], []), settings).guard(
    unsaid.getHttpAdapter().getInstance(),
  );
  await expect(unsaid.listen(0, '127.0.0.1')).rejects.toThrow(
    'neither @Public nor @Needs nor @OwnSession: GET /unsaid',
  );
  await unsaid.close();
});
