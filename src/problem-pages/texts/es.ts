import type { ProblemCode } from '../../http/problem.js';
import type { ProblemTexts } from './problem-texts.js';

const TEXTS: Readonly<Record<ProblemCode, readonly [title: string, what: string, todo: string]>> = {
  MALFORMED_JSON: [
    'El cuerpo no es un JSON que se pueda leer con exactitud',
    'El cuerpo está vacío, no es un objeto JSON, repite un nombre o trae un número que no se puede tomar exacto.',
    'Envíe un solo objeto JSON en UTF-8. Los montos van en centavos enteros: sin decimales ni exponentes.',
  ],
  VALIDATION_FAILED: [
    'Algunos campos no son válidos',
    'Al menos un campo falta, no existe o no es como dice la referencia. No se creó ni cambió nada.',
    'Corrija cada campo que nombra `errors`. También se rechaza un campo desconocido: uno mal escrito se perdería.',
  ],
  BAD_REQUEST: [
    'La solicitud no se entiende',
    'La dirección, un encabezado o el cuerpo no es HTTP que se pueda leer.',
    'Revise qué hace con la solicitud su cliente o un proxy: la ruta, `Host`, `Content-Length`.',
  ],
  STATEMENT_REJECTED: [
    'El extracto no se puede leer; no se usó nada de él',
    'Una línea o una columna del archivo no se puede leer. No se usa nada del archivo, ni siquiera sus líneas buenas.',
    'Corrija las líneas que nombra `errors` o describa las columnas con `mapping`: `POST /statements/preview` lo ensaya.',
  ],
  LOGO_REJECTED: [
    'La imagen no sirve como logo',
    'La imagen está vacía, dañada, es animada o más grande de lo que puede ser un logo.',
    'Envíe un PNG, JPEG o WebP de máximo 512 KiB y 4.096 píxeles por lado.',
  ],
  UNAUTHENTICATED: [
    'No hay una llave de API o una sesión válida',
    'La llave o la sesión falta, no es correcta, se revocó, se venció o se usó desde una red que no tiene permitida. La respuesta no dice cuál.',
    'Envíe `Authorization: Bearer <llave>`. La llave de otra instalación no se conoce aquí: `rk_test_` se crea fuera de producción y `rk_live_` en producción.',
  ],
  WEBHOOK_NOT_VERIFIED: [
    'El webhook no tiene una firma válida',
    'Una llamada a `/webhooks/{provider}` no trae la firma o el encabezado de ese proveedor. Esto es de los proveedores, no de las notificaciones que usted recibe.',
    'Quien opera el servicio compara el secreto de la configuración con el del portal del proveedor.',
  ],
  SECOND_PERSON_NEEDED: [
    'Debe aprobarlo una segunda persona',
    'Quien lo propuso no lo puede aprobar, tampoco con otra llave, ni lo puede hacer una llave que no actúa por nadie.',
    'Pídale a otra persona que lo apruebe.',
  ],
  SIGN_IN_FAILED: [
    'El correo o la contraseña no son correctos',
    'El correo y la contraseña no corresponden, o el enlace ya se usó o se venció.',
    'Intente de nuevo con cuidado: después de varios errores hay que esperar.',
  ],
  SECOND_FACTOR_NEEDED: [
    'El inicio de sesión necesita un código del segundo factor',
    'La contraseña es correcta y esta persona tiene segundo factor.',
    'Envíe en `code` el código de la aplicación, o uno de recuperación.',
  ],
  SECOND_FACTOR_FAILED: [
    'El código del segundo factor no es correcto',
    'El código está mal, ya se usó o es muy viejo.',
    'Espere el siguiente código. Si ninguno sirve, el reloj del celular está mal.',
  ],
  SIGN_IN_NOT_RECENT: [
    'Esto pide otra vez la contraseña, o haber iniciado sesión hace pocos minutos',
    'Se trata de la cuenta misma, y la sesión se inició hace rato.',
    'Envíe otra vez la contraseña o inicie sesión de nuevo.',
  ],
  SECOND_FACTOR_REQUIRED: [
    'Aquí nadie puede actuar sin segundo factor',
    'Esta instalación no deja actuar a nadie sin segundo factor, y esta persona no lo tiene.',
    'Configúrelo: `POST /session/second-factor`.',
  ],
  ORIGIN_REFUSED: [
    'La solicitud no viene de una página de este servicio',
    'Una solicitud con sesión llegó desde la página de otro sitio, o desde ninguna.',
    'Use la consola en su propia dirección. Los programas usan una llave de API.',
  ],
  ORGANIZATION_NOT_PICKED: [
    'La sesión no tiene organización',
    'La persona pertenece a varias organizaciones y la sesión no dice para cuál es.',
    'Elija una: `POST /session/organization`.',
  ],
  SESSION_NEEDED: [
    'Solo lo puede hacer una persona que inició sesión',
    'Se trata de la cuenta de una persona, y una llave de API no es de nadie.',
    'Inicie sesión: `POST /session`.',
  ],
  KEY_OF_ANOTHER_PERSON: [
    'La llave actúa por otra persona',
    'Una llave que actúa por una persona solo la rota esa persona.',
    'Revóquela o pídale a esa persona que la rote.',
  ],
  SCOPE_MISSING: [
    'Quien llama no puede hacer esto',
    'La llave o la persona se conoce, pero no tiene permiso. `detail` nombra el permiso que falta.',
    'Dele un rol que lo tenga o use otra llave. `x-scope` en `/openapi.json` nombra el permiso de cada ruta.',
  ],
  NOT_FOUND: [
    'No existe',
    'La ruta no es correcta o su organización no tiene nada con ese id. Lo de otra organización se responde igual.',
    'Revise el id y la ruta. Para encontrar un pago por su propio número: `GET /payins?reference=…`.',
  ],
  REQUEST_TIMEOUT: [
    'La solicitud tardó demasiado en llegar',
    'La solicitud empezó y el resto no llegó a tiempo. No tuvo efecto.',
    'Envíela completa. Si se repite, busque una conexión lenta o un proxy que retiene los cuerpos.',
  ],
  REFERENCE_CONFLICT: [
    'La referencia ya la usa otra solicitud',
    'La `reference` pertenece a una solicitud anterior con otros valores. `errors` nombra los campos que difieren. La primera sigue en pie y no se cambió nada.',
    'Si es el mismo pedido, consulte en qué va: `GET /payins?reference=…`. Si es otro pedido, dele su propia referencia.',
  ],
  ENDPOINT_LIMIT: [
    'La organización ya tiene todos los destinos que puede tener',
    'Su organización ya tiene 20 destinos de webhooks.',
    'Elimine uno que no haga falta.',
  ],
  ENDPOINT_NOT_ENABLED: [
    'El destino está desactivado o se eliminó',
    'El destino está desactivado o se eliminó: sus mensajes se guardan y no se envían.',
    'Actívelo con `PATCH /webhook-endpoints/{id}` y `{ "status": "ENABLED" }`; después envíe otra vez.',
  ],
  KEY_LIMIT: [
    'La organización ya tiene todas las llaves que puede tener',
    'Su organización ya tiene todas las llaves de API que puede tener.',
    'Revoque las que no hagan falta.',
  ],
  PERSON_EXISTS: [
    'La persona ya pertenece a la organización',
    'Esta persona ya pertenece a la organización.',
    'Cambie su rol o actívela de nuevo.',
  ],
  PEOPLE_LIMIT: [
    'La organización ya tiene todas las personas que puede tener',
    'Su organización ya tiene todas las personas que puede tener, contando las invitadas.',
    'Retire primero a una.',
  ],
  LAST_OWNER: [
    'La organización quedaría sin propietario',
    'Sin este propietario nadie podría administrar la organización.',
    'Primero haga propietaria a otra persona.',
  ],
  SECOND_FACTOR_SET: [
    'El segundo factor ya está configurado',
    'La persona ya tiene segundo factor.',
    'Para reemplazarlo, envíe un código suyo o uno de recuperación. Quien perdió ambos le pide ayuda a quien opera el servicio.',
  ],
  SECOND_FACTOR_NOT_BEGUN: [
    'No se está configurando un segundo factor',
    'Llegó un código y no se está configurando ningún segundo factor.',
    'Empiece con `POST /session/second-factor`.',
  ],
  RESEND_LIMIT: [
    'La notificación ya tuvo todos los intentos que puede tener',
    'Este mensaje ya tuvo todos sus intentos de entrega, incluidos los manuales.',
    'Lea lo que dice en `GET /notifications/{id}` o en el mismo pago.',
  ],
  TRANSITION_FORBIDDEN: [
    'El estado del pago no lo permite',
    'El estado del pago no lo permite: por ejemplo, uno ya pagado no se puede cancelar. No se cambió nada.',
    'Consulte el pago y guíese por su `status`. El dinero que entró sale con una devolución: `POST /payins/{id}/refunds`.',
  ],
  STATEMENT_NOT_DONE: [
    'La conciliación no ha terminado',
    'El extracto todavía se está conciliando.',
    'Consulte `GET /statements/{id}` hasta que su estado sea `DONE`.',
  ],
  STATEMENTS_UNDER_WAY: [
    'Hay demasiadas conciliaciones en curso',
    'Ya hay en curso todas las conciliaciones que puede haber.',
    'Espere a que termine una.',
  ],
  DISCREPANCY_SETTLED: [
    'La discrepancia ya se resolvió de otra manera',
    'Una persona, o un hecho posterior, ya resolvió la discrepancia de otra manera.',
    'Lea su `resolution` y su `note`.',
  ],
  CORRECTION_FORBIDDEN: [
    'El pago no permite esta corrección',
    'El pago, como está ahora, no permite esta corrección: por su estado, sus recibos o dinero que se movió después.',
    'Consulte el pago otra vez y proponga lo que todavía sea correcto.',
  ],
  APPROVAL_PENDING: [
    'Una corrección espera a una segunda persona',
    'Una corrección de la misma clase en este pago espera a una segunda persona.',
    'Primero haga que la aprueben o la rechacen.',
  ],
  NOTHING_PROPOSED: [
    'Ninguna corrección espera a una segunda persona',
    'Aquí no hay nada por aprobar o rechazar, o ya no lo hay.',
    'Consulte la discrepancia.',
  ],
  REFUND_TOO_LARGE: [
    'Del pago no queda tanto por devolver',
    'Las devoluciones y los reversos sumarían más de lo que entró. También cuentan las devoluciones que apenas se pidieron.',
    'Pida como máximo `amountReceivedInCents` menos lo reversado y lo que ya tienen otras devoluciones: `GET /payins/{id}/refunds`.',
  ],
  REFUND_FORBIDDEN: [
    'El estado de la devolución no lo permite',
    'El estado de la devolución no lo permite. No se cambió nada.',
    'Consúltela: `GET /refunds/{id}`.',
  ],
  TEST_CLOCK_LIMIT: [
    'El reloj de prueba no avanza tanto',
    'Un reloj de prueba va hacia adelante, 400 días de una vez y diez años en total, en una organización con 5.000 pagos como máximo. No avanzó.',
    'Avance menos, o use otra organización del sandbox.',
  ],
  FORGOTTEN: [
    'Los datos que esto necesita ya se olvidaron',
    'Esto necesita datos de un pagador que ya se olvidaron, como lo pide la configuración.',
    'No se pueden recuperar. Los montos y la historia siguen.',
  ],
  BODY_TOO_LARGE: [
    'El cuerpo es más grande de lo que acepta la ruta',
    'El cuerpo es más grande de lo que acepta la ruta: 64 KiB de JSON.',
    'Envíe menos, o el archivo por partes.',
  ],
  UNSUPPORTED_MEDIA_TYPE: [
    'La ruta no acepta este tipo de cuerpo',
    'El `Content-Type` o el `Content-Encoding` no es de los que acepta la ruta.',
    'Envíe `Content-Type: application/json`, sin comprimir; para extractos `text/csv`; para un logo, el de la imagen.',
  ],
  TOO_MANY_SIGN_INS: [
    'Demasiados intentos de iniciar sesión',
    'Hubo demasiados intentos equivocados.',
    'Espere los segundos de `Retry-After`.',
  ],
  TOO_MANY_WEBHOOKS: [
    'La orden tiene más webhooks de los que se guardan',
    'Una orden envió más webhooks de los que se guardan. Su estado se consulta de todos modos: no se pierde ningún pago.',
    'Esto es de los proveedores: quien opera el servicio les pregunta la razón.',
  ],
  RATE_LIMITED: [
    'Llegaron demasiadas solicitudes',
    'En este minuto llegaron más solicitudes de las que puede enviar quien llama. Los encabezados `RateLimit-*` dicen cuántas quedan.',
    'Espere los segundos de `Retry-After`. Recibir webhooks en vez de consultar ahorra casi todas.',
  ],
  HEADERS_TOO_LARGE: [
    'La dirección o los encabezados son demasiado largos',
    'La dirección y los encabezados suman más de 16 KiB.',
    'Envíe menos: casi siempre son las cookies.',
  ],
  PROVIDER_RULE: [
    'Ningún proveedor de este medio acepta estos datos',
    'Ningún proveedor de este medio acepta estos datos. `errors` nombra el campo, el proveedor y su regla. La referencia no se gastó.',
    'Corrija el campo, elija otro medio o deje que el pagador lo escriba: `checkout`.',
  ],
  RAIL_NOT_AVAILABLE: [
    'Ningún proveedor activo tiene este medio',
    'Ningún proveedor activo tiene este medio. La referencia no se gastó.',
    'Elija uno de `GET /rails`.',
  ],
  LIST_NOT_AVAILABLE: [
    'El proveedor no entrega una lista de sus órdenes',
    'El proveedor no tiene una llamada que liste sus órdenes.',
    'Suba su extracto: `POST /statements`.',
  ],
  INTERNAL_ERROR: [
    'Algo falló de nuestro lado',
    'El error es nuestro, no suyo. No se sabe si la solicitud tuvo efecto.',
    'Envíe la misma solicitud otra vez, con la misma `reference`. Si sigue, dele el `requestId` a quien opera el servicio: está en el registro.',
  ],
  PROVIDER_CANNOT_SAY: [
    'El proveedor no puede decir ahora cómo está el pago',
    'El proveedor no respondió, o no de una manera que diga cómo está el pago. El pago no cambió.',
    'No haga nada: se le vuelve a preguntar solo y a usted le llega la notificación.',
  ],
  OVERLOADED: [
    'Hay más solicitudes de las que se pueden atender a la vez',
    'Llegaron a la vez más solicitudes de las que se pueden atender. Esta no tuvo efecto.',
    'Envíela otra vez después de `Retry-After`, y menos a la vez.',
  ],
  UNAVAILABLE: [
    'Algo que el servicio necesita no está disponible',
    'Algo que el servicio necesita, casi siempre su base de datos, no está o se está reiniciando. No siempre se sabe si la solicitud tuvo efecto.',
    'Envíe la misma solicitud otra vez después de `Retry-After`, con la misma `reference`: al final hay un solo pago.',
  ],
};

export const ES: ProblemTexts = {
  title: 'Errores',
  problem: (code) => ({ title: TEXTS[code][0], what: TEXTS[code][1], todo: TEXTS[code][2] }),
  headings: { what: 'Qué pasó', todo: 'Qué hacer', again: '¿Enviarla otra vez?', example: 'Ejemplo' },
  again: {
    AFTER_CHANGE: 'Tal como está, no: la misma solicitud se rechaza otra vez.',
    AFTER_EVENT: 'Solo cuando cambie aquello de lo que depende.',
    LATER:
      'Sí, la misma, después de los segundos de `Retry-After`, o de una pausa si la respuesta no lo trae. Una `reference` crea un solo pago, sin importar cuántas veces se envíe.',
  },
  againShort: { AFTER_CHANGE: 'Tal como está, no.', AFTER_EVENT: 'Cuando eso cambie.', LATER: 'Sí, más tarde.' },
  all: 'Todos los errores',
  allNote: 'Los mismos textos de las páginas del servicio (`npm run docs:errors` los escribe aquí).',
  otherLanguage: 'English',
};
