import { ApiProperty } from '@nestjs/swagger';
import { AMOUNT_UNITS, REPORTED_STATUSES } from '@recaudo/payment-provider';
import { TEXT_ENCODINGS } from '../../http/text-encodings.js';
import { COLUMNS, LINE_READINGS, MAPPING_SOURCES, PREVIEW_PROBLEMS } from '../import/statement-preview.js';
import { StatementMappingOverride } from '../import/statement-mapping.override.js';

/** For the API's description only; the answers themselves come from `previewOf`. */

class PreviewColumnSchema {
  @ApiProperty({ enum: COLUMNS, description: 'As in `columns` of a mapping' }) column!: string;
  @ApiProperty({ type: String, nullable: true, description: 'The header that the mapping looks for' })
  header!: string | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Its place in `cells`, from 0; null: the file lacks it' })
  place!: number | null;
  @ApiProperty({ description: 'Without it nothing can be read; of reference and externalId one is enough' })
  needed!: boolean;
}

class PreviewHeaderSchema {
  @ApiProperty() line!: number;
  @ApiProperty({ type: [String] }) cells!: string[];
  @ApiProperty({ description: 'false: no line has the columns of a mapping, and this one is likely to be the header' })
  recognised!: boolean;
}

class PreviewPaymentSchema {
  @ApiProperty({ type: String, nullable: true }) reference!: string | null;
  @ApiProperty({ type: String, nullable: true }) externalId!: string | null;
  @ApiProperty({ type: Number, nullable: true }) amountInCents!: number | null;
  @ApiProperty() currency!: string;
  @ApiProperty({ enum: REPORTED_STATUSES }) status!: string;
  @ApiProperty({ type: String, nullable: true, description: 'As the file has it' }) rawStatus!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) paidAt!: string | null;
  @ApiProperty({ type: Number, nullable: true }) feeInCents!: number | null;
}

class PreviewLineSchema {
  @ApiProperty({ description: 'Its number in the file' }) line!: number;
  @ApiProperty({ description: 'As it stands in the file; its beginning where it is long' }) text!: string;
  @ApiProperty({ type: [String] }) cells!: string[];
  @ApiProperty({
    enum: LINE_READINGS,
    description: 'NO_PAYMENT: a total, the header again or a rule. NOT_READ: the header was not recognised',
  })
  reading!: string;
  @ApiProperty({ type: PreviewPaymentSchema, nullable: true }) payment!: PreviewPaymentSchema | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why it is UNREADABLE' }) problem!: string | null;
}

class PreviewStatusSchema {
  @ApiProperty({ description: 'As the file has it' }) rawStatus!: string;
  @ApiProperty({ enum: REPORTED_STATUSES, description: 'UNRECOGNISED: name it in `statuses` of the mapping' })
  status!: string;
  @ApiProperty() lines!: number;
}

class PreviewProblemSchema {
  @ApiProperty({ enum: PREVIEW_PROBLEMS }) code!: string;
  @ApiProperty({
    description:
      'true: an upload would be refused. false: it would be read, perhaps not as it is meant, or what follows may show that it is right',
  })
  refuses!: boolean;
  @ApiProperty({ description: 'In plain words' }) text!: string;
  @ApiProperty({ type: Number, nullable: true, description: 'The line that it is about' }) line!: number | null;
}

class PreviewCountsSchema {
  @ApiProperty() payments!: number;
  @ApiProperty({ description: 'Totals, the header again, rules' }) noPayments!: number;
  @ApiProperty() unreadable!: number;
}

export class StatementPreviewSchema {
  @ApiProperty() provider!: string;
  @ApiProperty({
    description: 'false: the file goes on behind what was read. A body of fewer bytes than are read counts as whole',
  })
  whole!: boolean;
  @ApiProperty({ enum: TEXT_ENCODINGS }) encoding!: string;
  @ApiProperty({
    enum: MAPPING_SOURCES,
    description: 'GIVEN: columns of the request. PROVIDER: the provider’s form. OWN: the columns of our own form',
  })
  mappingSource!: string;
  @ApiProperty({ type: StatementMappingOverride, description: 'As the file is read: correct it and send it back' })
  mapping!: object;
  @ApiProperty({ enum: AMOUNT_UNITS }) amountUnit!: string;
  @ApiProperty({
    enum: ['.', ','],
    nullable: true,
    description: 'The mark before decimals that is given or that the amounts show; null: they show none',
  })
  decimalSeparator!: string | null;
  @ApiProperty({ type: PreviewHeaderSchema, nullable: true }) header!: PreviewHeaderSchema | null;
  @ApiProperty({ type: [PreviewColumnSchema] }) columns!: PreviewColumnSchema[];
  @ApiProperty({ type: [String], description: 'Headers that nothing is read from' }) otherColumns!: string[];
  @ApiProperty({ type: [PreviewLineSchema], description: 'The first 20 below the header' }) lines!: PreviewLineSchema[];
  @ApiProperty({ type: PreviewCountsSchema, description: 'Of all lines that were read' }) counts!: PreviewCountsSchema;
  @ApiProperty({ type: [PreviewStatusSchema], description: 'The first 50 that were seen' })
  statuses!: PreviewStatusSchema[];
  @ApiProperty({ type: [PreviewProblemSchema], description: 'Empty: what was read can be uploaded as it is' })
  problems!: PreviewProblemSchema[];
}
