import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Rate, RequestRate } from '../auth/request-rate.js';
import { Problem } from '../http/problem.js';
import { callerAddress } from '../http/present-request.js';

/** Requests a minute, in this process: each replica lets as many in. A page that polls sends thirty. */
export const LIMITS = {
  /** Of one link. */
  token: 240,
  /** Of one address, behind which a whole mobile network may be. */
  address: 3_000,
  /** What makes a provider open an order. */
  choicesOfToken: 6,
  choicesOfAddress: 120,
  /** A payment link is for many: who has it cannot use up what others need. */
  linkOfAddress: 120,
  /** What makes a payin. */
  usesOfLinkAndAddress: 10,
  usesOfLink: 300,
  /** Links that lead nowhere. */
  unknownOfAddress: 30,
} as const;

/** Keeps whoever has a link, or none, from making the service or its providers busy. */
@Injectable()
export class VisitorLimits {
  private readonly byToken = new RequestRate(LIMITS.token);
  private readonly byAddress = new RequestRate(LIMITS.address);
  private readonly choicesByToken = new RequestRate(LIMITS.choicesOfToken);
  private readonly choicesByAddress = new RequestRate(LIMITS.choicesOfAddress);
  private readonly linksByAddress = new RequestRate(LIMITS.linkOfAddress);
  private readonly usesByLinkAndAddress = new RequestRate(LIMITS.usesOfLinkAndAddress);
  private readonly usesByLink = new RequestRate(LIMITS.usesOfLink);
  private readonly unknownByAddress = new RequestRate(LIMITS.unknownOfAddress);

  /** @throws Problem RATE_LIMITED */
  visit(request: FastifyRequest, token: string): void {
    refuseAbove(this.byAddress.count(networkOf(request)));
    refuseAbove(this.byToken.count(token));
  }

  /** @throws Problem RATE_LIMITED */
  choose(request: FastifyRequest, token: string): void {
    refuseAbove(this.choicesByAddress.count(networkOf(request)));
    refuseAbove(this.choicesByToken.count(token));
  }

  /** Of the page of a payment link. @throws Problem RATE_LIMITED */
  visitLink(request: FastifyRequest, token: string): void {
    const network = networkOf(request);
    refuseAbove(this.byAddress.count(network));
    refuseAbove(this.linksByAddress.count(`${token} ${network}`));
  }

  /** @throws Problem RATE_LIMITED */
  useLink(request: FastifyRequest, token: string): void {
    refuseAbove(this.usesByLinkAndAddress.count(`${token} ${networkOf(request)}`));
    refuseAbove(this.usesByLink.count(token));
  }

  /** Whoever has a link that leads somewhere is let in from the same address all the same. @throws Problem NOT_FOUND, RATE_LIMITED */
  refuseUnknown(request: FastifyRequest): never {
    refuseAbove(this.unknownByAddress.count(networkOf(request)));
    throw new Problem('NOT_FOUND', 'No payment has this link.');
  }
}

function refuseAbove({ remaining, resetSeconds }: Rate): void {
  if (remaining >= 0) return;
  throw new Problem('RATE_LIMITED', 'Wait for the seconds of Retry-After.', undefined, {
    'retry-after': String(resetSeconds),
  });
}

/** An address of IPv6 is one of very many that its holder has: their first half is the same. */
export function networkOf(request: FastifyRequest): string {
  const address = callerAddress(request) ?? 'unknown';
  return address.includes(':') ? firstHalf(address) : address;
}

const GROUPS_OF_HALF = 4;

function firstHalf(address: string): string {
  const [before = '', after] = address.split('::');
  const groups = before.split(':').filter(Boolean);
  const rest = (after ?? '').split(':').filter(Boolean);
  const zeros =
    after === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0');
  return [...groups, ...zeros, ...rest]
    .slice(0, GROUPS_OF_HALF)
    .map((group) => group.replace(/^0{1,3}(?=.)/, ''))
    .join(':');
}
