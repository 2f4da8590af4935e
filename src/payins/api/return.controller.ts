import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../auth/caller.js';

const PAGE = `<!doctype html>
<html lang="es"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Pago recibido en proceso</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem;color:#1c2430}</style></head>
<body><h1>Gracias</h1><p>Su banco o su medio de pago está confirmando la operación. El comercio le informará del resultado; ya puede cerrar esta página.</p></body></html>`;

/** Where a payer ends whose merchant gave no redirectUrl. It says nothing about the payment: the payer's browser is no evidence. */
@ApiExcludeController()
@Controller('return')
export class ReturnController {
  @Get()
  @Public()
  @Header('content-type', 'text/html; charset=utf-8')
  page(): string {
    return PAGE;
  }
}
