import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { PROBLEMS } from './problem.js';

class FieldProblemSchema {
  @ApiProperty()
  field!: string;
  @ApiProperty()
  message!: string;
}

/** RFC 9457 problem details. */
export class ProblemSchema {
  @ApiProperty({
    format: 'uri',
    example: 'https://pay.example.com/problems/validation-failed',
    description: 'The address of a page about it. Go by `code`, which stays the same wherever the service runs',
  })
  type!: string;
  @ApiProperty()
  title!: string;
  @ApiProperty()
  status!: number;
  @ApiProperty({ description: 'What is wrong here, and what to do' })
  detail!: string;
  @ApiProperty({ enum: Object.keys(PROBLEMS), enumName: 'ProblemCode' })
  code!: string;
  @ApiProperty()
  requestId!: string;
  @ApiPropertyOptional({ type: [FieldProblemSchema] })
  errors?: FieldProblemSchema[];
}

/** The answer of a list that is a page of JSON, or all of it as CSV. */
export function ApiListResponse(page: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(page),
    ApiOkResponse({
      description: 'With `Accept: text/csv` all of the list, from `cursor` on and whatever `limit` says',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(page) } },
        'text/csv': { schema: { type: 'string' } },
      },
    }),
  );
}
