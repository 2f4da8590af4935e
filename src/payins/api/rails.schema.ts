import { ApiProperty } from '@nestjs/swagger';
import { CURRENCIES, ID_TYPES, RAILS } from '@recaudo/payment-provider';

/** For the API's description only; the answers themselves come from the controller. */

class MinutesSchema {
  @ApiProperty() default!: number;
  @ApiProperty() min!: number;
  @ApiProperty() max!: number;
}

class TakenDocumentSchema {
  @ApiProperty({ enum: ID_TYPES }) idType!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '6 to 10 digits',
    description: 'The form that the provider documents; null: it documents none, and any is accepted',
  })
  form!: string | null;
}

class ProviderDocumentsSchema {
  @ApiProperty({ example: 'examplepay' }) provider!: string;
  @ApiProperty({ description: 'Whether the provider needs a document on this rail' }) required!: boolean;
  @ApiProperty({ type: [TakenDocumentSchema] }) types!: TakenDocumentSchema[];
}

class RailSchema {
  @ApiProperty({ enum: RAILS }) rail!: string;
  @ApiProperty({ enum: CURRENCIES }) currency!: string;
  @ApiProperty({ type: [String], description: 'In the order of routing' }) providers!: string[];
  @ApiProperty() amountMinInCents!: number;
  @ApiProperty() amountMaxInCents!: number;
  @ApiProperty({ type: MinutesSchema }) expiresInMinutes!: MinutesSchema;
  @ApiProperty() payerMayEditAmount!: boolean;
  @ApiProperty({ type: [ProviderDocumentsSchema], description: 'Documents of the payer that each provider accepts' })
  documents!: ProviderDocumentsSchema[];
}

export class RailListSchema {
  @ApiProperty({ type: [RailSchema] }) data!: RailSchema[];
}
