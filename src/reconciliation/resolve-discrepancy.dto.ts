import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { type FieldProblem, validationFailed } from '../http/problem.js';
import { AMOUNT_IN_CENTS, AMOUNT_MAX_IN_CENTS } from '../payins/api/create-payin.dto.js';
import { type Correction, CORRECTION_TYPES, type CorrectionType } from '../payins/domain/corrections.js';
import { CORRECTED, REASONS } from '../payins/domain/operator-action.js';
import { DestinationDto, destinationOf } from '../refunds/destination.dto.js';
import type { Resolution } from './resolve-discrepancies.service.js';

const NOTE_LENGTH_MAX = 1000;

// The last rule of a field is checked first, and only the first failure is reported: the type comes before the bounds.

export class CorrectionDto {
  @ApiProperty({
    enum: CORRECTION_TYPES,
    description:
      '`BOOK_RECEIPT`: money is proven to have arrived. `MARK_REVERSED`: money was reversed. `ACCEPT_AS_PAID`: what is missing is written off',
  })
  @IsIn(CORRECTION_TYPES)
  type!: CorrectionType;

  @ApiPropertyOptional({ ...AMOUNT_IN_CENTS, description: 'Cents. Of `BOOK_RECEIPT` and `MARK_REVERSED`' })
  @IsOptional()
  @Max(AMOUNT_MAX_IN_CENTS)
  @Min(1)
  @IsInt()
  amountInCents?: number;

  @ApiPropertyOptional({ description: 'Of `BOOK_RECEIPT`: the number of the payment, at the bank or the provider' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9._:/-]{1,100}$/, { message: 'paymentId must be 1 to 100 characters of A-Z a-z 0-9 . _ : / -' })
  @IsString()
  paymentId?: string;
}

export class NoteDto {
  @ApiProperty({
    maxLength: NOTE_LENGTH_MAX,
    description: 'The reason in words. It is shown in the history until the payer is forgotten',
  })
  @Matches(/\S/, { message: 'note must not be blank' })
  @Length(1, NOTE_LENGTH_MAX)
  @IsString()
  note!: string;
}

/** How it is resolved where its money goes back to the payer: it ends when that is done. */
const REFUND = 'REFUND';
const RESOLUTIONS = [...REASONS, CORRECTED, REFUND] as const;
type NamedResolution = (typeof RESOLUTIONS)[number];

export class ResolveDiscrepancyDto extends NoteDto {
  @ApiPropertyOptional({
    enum: RESOLUTIONS,
    description:
      '`CORRECTED` changes the payin by `correction`; `REFUND` requests a refund to `to`, and the discrepancy is resolved when that is paid; the others leave it as it is',
  })
  @ValidateIf(({ resolution }: ResolveDiscrepancyDto) => (resolution ?? null) === null)
  @IsIn(RESOLUTIONS)
  reason?: NamedResolution;

  @ApiPropertyOptional({ enum: RESOLUTIONS, description: 'The same as `reason`' })
  @IsOptional()
  @IsIn(RESOLUTIONS)
  resolution?: NamedResolution;

  @ApiPropertyOptional({ type: DestinationDto, description: 'Of `REFUND`: where the money goes' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => DestinationDto)
  to?: DestinationDto;

  @ApiPropertyOptional({ type: CorrectionDto })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => CorrectionDto)
  correction?: CorrectionDto;
}

const FIELDS = {
  BOOK_RECEIPT: ['amountInCents', 'paymentId'],
  MARK_REVERSED: ['amountInCents'],
  ACCEPT_AS_PAID: [],
} as const satisfies Record<CorrectionType, readonly (keyof CorrectionDto)[]>;

/** @throws Problem VALIDATION_FAILED: `CORRECTED` needs a correction with its own fields, and nothing else has one */
export function resolutionOf({ reason: named, resolution, note, correction, to }: ResolveDiscrepancyDto): Resolution {
  const reason = (named ?? resolution)!;
  if (named && resolution)
    throw validationFailed({ field: 'resolution', message: 'is the same as reason: one of them is enough' });
  if (reason !== REFUND && to) throw validationFailed({ field: 'to', message: `belongs to ${REFUND} only` });
  if (reason !== CORRECTED) {
    if (correction) throw validationFailed({ field: 'correction', message: `belongs to the reason ${CORRECTED} only` });
    if (reason !== REFUND) return { reason, note };
    if (!to) throw validationFailed({ field: 'to', message: `is needed by ${REFUND}` });
    return { to: destinationOf(to), note };
  }
  if (!correction) throw validationFailed({ field: 'correction', message: `is needed by the reason ${CORRECTED}` });
  return { correction: toCorrection(correction), note };
}

function toCorrection({ type, ...fields }: CorrectionDto): Correction {
  const wanted: readonly string[] = FIELDS[type];
  const wrong = (['amountInCents', 'paymentId'] as const).flatMap((name): FieldProblem[] => {
    const isGiven = (fields[name] ?? null) !== null;
    if (isGiven === wanted.includes(name)) return [];
    return [{ field: `correction.${name}`, message: isGiven ? `does not belong to ${type}` : `is needed by ${type}` }];
  });
  if (wrong.length > 0) throw validationFailed(...wrong);
  const { amountInCents = 0, paymentId = '' } = fields;
  if (type === 'ACCEPT_AS_PAID') return { type };
  if (type === 'MARK_REVERSED') return { type, amountInCents: BigInt(amountInCents) };
  return { type, amountInCents: BigInt(amountInCents), paymentId };
}
