import { ApiProperty, OmitType } from '@nestjs/swagger';
import { PayinSchema } from '../payins/api/payin.schema.js';
import type { DiscrepancyInMessage } from '../payins/presenters/discrepancy.presenter.js';
import type { RefundInMessage } from '../payins/presenters/refund.presenter.js';
import { CorrectionSchema, DiscrepancySchema } from '../reconciliation/discrepancy.schema.js';
import { RefundSchema } from '../refunds/refund.schema.js';

/** For the API's description only: what `data` of a message is. */

const SEQUENCE = 'The event’s place in the history of its payin: of a payin’s messages the highest is the newest';

export class PayinMessageData extends PayinSchema {
  @ApiProperty({ minimum: 1, description: SEQUENCE }) sequence!: number;
}

class CorrectionInMessage extends OmitType(CorrectionSchema, ['note', 'proposedBy']) {}

class DiscrepancyMessageDiscrepancy extends OmitType(DiscrepancySchema, [
  'note',
  'resolvedBy',
  'approvedBy',
  'correction',
]) {
  @ApiProperty({ type: CorrectionInMessage, nullable: true })
  correction!: DiscrepancyInMessage['correction'];
}

export class DiscrepancyMessageData extends PayinMessageData {
  @ApiProperty({ type: DiscrepancyMessageDiscrepancy, description: 'Without who resolved it, and what they wrote' })
  discrepancy!: DiscrepancyInMessage;
}

/** Of money that belongs to no payin. */
export class OrphanMessageData {
  @ApiProperty({ minimum: 0, maximum: 0, description: '0: there is no payin' }) sequence!: number;
  @ApiProperty({ type: DiscrepancyMessageDiscrepancy, description: 'Without who resolved it, and what they wrote' })
  discrepancy!: DiscrepancyInMessage;
}

class RefundMessageRefund extends OmitType(RefundSchema, [
  'note',
  'evidence',
  'requestedBy',
  'approvedBy',
  'paidBy',
  'canceledBy',
  'providerReason',
  'to',
]) {}

export class RefundMessageData extends PayinMessageData {
  @ApiProperty({
    type: RefundMessageRefund,
    description: 'Without who did it, what they wrote and where the money goes',
  })
  refund!: RefundInMessage;
}

export class TestMessageData {
  @ApiProperty({ format: 'uuid' }) endpointId!: string;
  @ApiProperty({ minimum: 0, maximum: 0 }) sequence!: number;
}

/** Of events, what has the most members first: of several that fit, it is the first. */
export const EVENT_DATA = [RefundMessageData, DiscrepancyMessageData, PayinMessageData, OrphanMessageData] as const;
export const MESSAGE_DATA = [...EVENT_DATA, TestMessageData] as const;
