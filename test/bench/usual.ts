import 'reflect-metadata';
import { createHash, randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { type AddressInfo } from 'node:net';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { EntityManager, PostgreSqlDriver } from '@mikro-orm/postgresql';
import { HttpModule, HttpService } from '@nestjs/axios';
import {
  Body,
  type CanActivate,
  ConflictException,
  Controller,
  type ExecutionContext,
  Injectable,
  Module,
  Post,
  Req,
  UnauthorizedException,
  UseGuards,
  ValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Type } from 'class-transformer';
import {
  IsEmail,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsPhoneNumber,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Logger, LoggerModule } from 'nestjs-pino';
import { firstValueFrom } from 'rxjs';

/**
 * What a team writes that takes the framework's usual parts: Nest on Express, class-validator, the ORM's unit of work, axios. The same work
 * as the floor's: two commits with one call of the provider in between.
 */
const { DATABASE_URL = '', PROVIDER_URL = '', PROVIDER_AUTHORIZATION = '', PROVIDER_TOKEN = '' } = process.env;

const ApiKey = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  schema: 'usual',
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    keyHash: p.string(),
    createdAt: p.datetime(),
  },
});

const Payin = defineEntity({
  name: 'Payin',
  tableName: 'payins',
  schema: 'usual',
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    reference: p.string(),
    fingerprint: p.string(),
    request: p.json<CreatePayinDto>(),
    amountInCents: p.bigint('number'),
    currency: p.string(),
    rail: p.string(),
    provider: p.string(),
    status: p.string(),
    instructions: p.json<Instructions>().nullable(),
    expiresAt: p.datetime(),
    sequence: p.integer(),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
});
type Payin = InferEntity<typeof Payin>;

interface Instructions {
  type: string;
  key: string;
  url: string;
}

class CustomerDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  name!: string;

  @IsIn(['CC', 'CE', 'PPN'])
  idType!: string;

  @IsString()
  @Matches(/^[A-Za-z0-9]{1,50}$/)
  idNumber!: string;

  @IsPhoneNumber()
  phone!: string;

  @IsEmail()
  email!: string;
}

class CreatePayinDto {
  @IsInt()
  @Min(1)
  amountInCents!: number;

  @IsIn(['COP'])
  currency!: string;

  @IsIn(['BRE_B'])
  rail!: string;

  @Matches(/^[A-Za-z0-9._-]{1,64}$/)
  reference!: string;

  @ValidateNested()
  @Type(() => CustomerDto)
  inlineCustomer!: CustomerDto;

  @IsOptional()
  @IsString()
  @MaxLength(255)
  description?: string;
}

interface AuthorizedRequest {
  headers: { authorization?: string };
  organizationId: string;
}

@Injectable()
class ApiKeyGuard implements CanActivate {
  constructor(private readonly em: EntityManager) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthorizedRequest>();
    const [, key = ''] = request.headers.authorization?.split(' ') ?? [];
    const apiKey = await this.em.findOne(ApiKey, { keyHash: createHash('sha256').update(key).digest('hex') });
    if (!apiKey) throw new UnauthorizedException();
    request.organizationId = apiKey.organizationId;
    return true;
  }
}

@Injectable()
class ProviderClient {
  constructor(private readonly http: HttpService) {}

  async createOrder({ id, request }: Payin): Promise<Instructions> {
    const { name, idType, idNumber, phone, email } = request.inlineCustomer;
    const { data } = await firstValueFrom(
      this.http.post<{ data: { payment_url: string; account_number: string } }>('/v1/payin', {
        reference: id.replaceAll('-', ''),
        amount: request.amountInCents,
        currency: request.currency,
        country: 'CO',
        payment_method: 'BREB',
        description: `Pago ${id}`,
        customer_data: {
          legal_doc: idNumber,
          legal_doc_type: idType,
          phone_code: phone.slice(1, 3),
          phone_number: phone.slice(3),
          email,
          full_name: name,
        },
        expiration_time: 30,
        ipn_url: 'http://localhost/webhooks/tumipay',
        redirect_url: 'http://localhost/return',
      }),
    );
    return { type: 'breb_key', key: data.data.account_number, url: data.data.payment_url };
  }
}

@Injectable()
class PayinsService {
  constructor(
    private readonly em: EntityManager,
    private readonly provider: ProviderClient,
  ) {}

  async create(organizationId: string, request: CreatePayinDto): Promise<Payin> {
    const { reference, amountInCents, currency, rail } = request;
    if (await this.em.findOne(Payin, { organizationId, reference })) throw new ConflictException();
    const payin = await this.em.transactional((em) => {
      const created = em.create(Payin, {
        ...{ organizationId, id: randomUUID(), reference, fingerprint: '', request, amountInCents, currency, rail },
        ...{ provider: 'tumipay', status: 'CREATED', expiresAt: new Date(Date.now() + 1_800_000), sequence: 1 },
      });
      em.persist(created);
      return created;
    });
    const instructions = await this.provider.createOrder(payin);
    await this.em.transactional(() => {
      payin.status = 'PENDING';
      payin.instructions = instructions;
    });
    return payin;
  }
}

@Controller('payins')
@UseGuards(ApiKeyGuard)
class PayinsController {
  constructor(private readonly payins: PayinsService) {}

  @Post()
  async create(@Req() { organizationId }: AuthorizedRequest, @Body() body: CreatePayinDto) {
    const { id, status, instructions } = await this.payins.create(organizationId, body);
    const { amountInCents, currency, rail, reference, inlineCustomer, description } = body;
    return { id, amountInCents, currency, rail, reference, inlineCustomer, description, status, instructions };
  }
}

@Module({
  imports: [
    // As in our service: one line a request.
    LoggerModule.forRoot({
      pinoHttp: {
        level: 'info',
        serializers: {
          req: ({ method, url }: { method: string; url: string }) => ({ method, url }),
          res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
        },
      },
    }),
    MikroOrmModule.forRoot({
      driver: PostgreSqlDriver,
      clientUrl: DATABASE_URL,
      entities: [ApiKey, Payin],
      pool: { min: 0, max: 20 },
    }),
    HttpModule.register({
      baseURL: PROVIDER_URL,
      headers: { authorization: PROVIDER_AUTHORIZATION, 'token-top': PROVIDER_TOKEN },
      httpAgent: new Agent({ keepAlive: true }),
    }),
  ],
  controllers: [PayinsController],
  providers: [ApiKeyGuard, PayinsService, ProviderClient],
})
class UsualModule {}

const app = await NestFactory.create(UsualModule, { bufferLogs: true });
app.useLogger(app.get(Logger));
app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
const server = (await app.listen(0, '127.0.0.1')) as { address(): AddressInfo };
process.send?.({ url: `http://127.0.0.1:${server.address().port}` });
