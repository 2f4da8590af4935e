import type { Rail, ViolationCode } from '@recaudo/payment-provider';

/** What payers read. Each sentence says what is so, or what to do. */
export const ES = {
  pay: (merchant: string) => `Pago a ${merchant}`,
  amount: 'Valor a pagar',
  reference: 'Referencia',
  description: 'Concepto',
  due: (time: string) => `Vence ${time}`,
  left: 'Te quedan',
  whatNow: '¿Qué pasa ahora?',
  copy: 'Copiar',
  copied: 'Copiado',
  print: 'Imprimir',
  reload: 'Ver cómo va',
  reloadNote: 'Cuando hayas pagado, recarga esta página para ver el resultado.',
  live: 'Esta página se actualiza sola.',
  backTo: (merchant: string) => `Volver a ${merchant}`,
  backSoon: 'Te llevamos de vuelta en',
  stay: 'Quedarme aquí',
  help: '¿Necesitas ayuda?',
  helpOf: (merchant: string) => `Escríbele a ${merchant}`,
  otherLanguage: 'English',
  secure: 'Página de pago segura',
  skip: 'Ir al pago',

  rails: {
    PSE: {
      name: 'PSE',
      what: 'Desde tu cuenta de ahorros o corriente',
      need: 'Ten a mano el usuario y la clave de tu banco en línea.',
    },
    BRE_B: {
      name: 'Bre-B',
      what: 'Transferencia inmediata con una llave',
      need: 'Necesitas la app de tu banco o billetera con Bre-B.',
    },
    NEQUI: { name: 'Nequi', what: 'Desde tu celular', need: 'Necesitas la app de Nequi en tu celular.' },
    EFECTY: {
      name: 'Efecty',
      what: 'En efectivo, en un punto Efecty',
      need: 'Recibes un código para pagar en el punto que prefieras.',
    },
    CARD: { name: 'Tarjeta', what: 'Crédito o débito', need: 'Ten a mano tu tarjeta.' },
    TRANSFIYA: { name: 'Transfiya', what: 'De celular a celular', need: 'Necesitas la app de tu banco.' },
    ANY: {
      name: 'Medio de pago',
      what: 'Eliges en la página siguiente',
      need: 'Eliges cómo pagar en la página siguiente.',
    },
  } satisfies Record<Rail, { name: string; what: string; need: string }>,

  choose: {
    title: '¿Cómo quieres pagar?',
    titleOf: (rail: string) => `Paga con ${rail}`,
    change: 'Cambiar',
    changeWhat: 'Cambiar medio de pago',
    none: 'Ahora mismo no hay medios de pago disponibles.',
    noneNow: 'Suele ser cosa de minutos. Recarga esta página en un momento.',
    last: 'El que usaste la última vez',
    minutes: (duration: string) => `Tienes ${duration} para pagar`,
    min: (amount: string) => `desde ${amount}`,
    max: (amount: string) => `hasta ${amount}`,
    wallet: 'Escribe el número que tiene tu Nequi.',
    go: (rail: string) => `Continuar con ${rail}`,
    now: 'Con tus datos preparamos el pago. Después te mostramos cómo terminarlo.',
    privacy: 'Tus datos se usan para este pago. Esta página no se los muestra a nadie, aunque tenga el enlace.',
    fix: 'Revisa lo que está marcado.',
    lastTry: {
      REJECTED: (rail: string) =>
        `El intento con ${rail} no fue aprobado. No se te cobró. Puedes intentarlo otra vez o elegir otro medio.`,
      EXPIRED: (rail: string) =>
        `Se acabó el tiempo del intento con ${rail}. Puedes intentarlo otra vez o elegir otro medio.`,
      CANCELED: (rail: string) => `El intento con ${rail} se canceló. Puedes intentarlo otra vez o elegir otro medio.`,
      NOT_TAKEN: (rail: string) => `No pudimos iniciar el pago con ${rail}. No se te cobró. Intenta con otro medio.`,
    },
    unavailable: 'Ese medio de pago no está disponible ahora. Elige otro o inténtalo en un momento.',
    later: 'Si no lo terminas, podrás elegir otro medio cuando se acabe este tiempo.',
  },

  fields: {
    'inlineCustomer.name': 'Nombre completo',
    'inlineCustomer.idType': 'Tipo de documento',
    'inlineCustomer.idNumber': 'Número de documento',
    'inlineCustomer.phone': 'Celular',
    'inlineCustomer.email': 'Correo electrónico',
    'pse.bank': 'Tu banco',
    'pse.personType': 'Tipo de persona',
  },
  idTypes: {
    CC: 'Cédula de ciudadanía',
    CE: 'Cédula de extranjería',
    NIT: 'NIT',
    TI: 'Tarjeta de identidad',
    PPT: 'Permiso por protección temporal',
    PA: 'Pasaporte',
  },
  personTypes: { NATURAL: 'Persona natural', JURIDICA: 'Persona jurídica (empresa)' },
  searchBank: 'Busca tu banco',
  noBank: 'Ningún banco se llama así.',
  banksAway: 'La lista de bancos no está disponible ahora. Recarga la página en un momento o elige otro medio.',

  hints: {
    'inlineCustomer.phone': 'Por ejemplo 312 123 4567',
    'inlineCustomer.email': 'Por ejemplo nombre@correo.com',
  },
  /** What is wrong with a field, and what to do. */
  problems: {
    REQUIRED: 'Falta este dato.',
    TOO_LONG: 'Es demasiado largo. Escribe una forma más corta.',
    ID_TYPE_NOT_TAKEN: 'Este medio de pago no acepta ese documento. Elige otro tipo.',
    ID_NUMBER_FORM: 'Ese número no corresponde al tipo de documento. Revísalo.',
    NIT_FORM: 'Escribe el NIT solo con números, con o sin dígito de verificación.',
    NIT_AMBIGUOUS: 'Escribe el NIT con guion y dígito de verificación, por ejemplo 900123456-8.',
    NIT_CHECK_DIGIT: 'El dígito de verificación no corresponde a ese NIT. Revísalo.',
    PHONE_FORM: 'Escribe un número de teléfono completo, por ejemplo 312 123 4567.',
    PHONE_NOT_COLOMBIAN: 'Escribe un número de Colombia, de 10 dígitos.',
    PHONE_NOT_MOBILE: 'Escribe un celular de Colombia: 10 dígitos y empieza por 3.',
    EMAIL_FORM: 'Escribe un correo como nombre@correo.com.',
    BANK_NOT_TAKEN: 'Elige un banco de la lista.',
    AMOUNT_OUT_OF_RANGE: 'Este medio de pago no acepta este valor. Elige otro medio.',
    AMOUNT_NOT_WHOLE: 'Este medio de pago no acepta centavos. Elige otro medio.',
    CURRENCY_NOT_TAKEN: 'Este medio de pago no acepta esta moneda. Elige otro medio.',
  } satisfies Record<ViolationCode, string>,

  opening: {
    title: 'Estamos preparando tu pago',
    now: (rail: string) =>
      `Le pedimos a ${rail} que abra el pago. Tarda unos segundos. No cierres ni pagues por otro medio todavía.`,
  },
  redirect: {
    title: 'Continúa en la página segura',
    titlePse: 'Continúa en tu banco',
    go: 'Ir a pagar',
    goPse: 'Ir a mi banco',
    now: 'Pagas en la página de tu banco o medio de pago. Al terminar, vuelve aquí para ver el resultado.',
  },
  breb: {
    title: 'Paga con Bre-B',
    key: 'Llave',
    exact: 'Valor exacto',
    steps: [
      'Abre la app de tu banco o billetera y entra a Bre-B.',
      'Pega la llave y escribe el valor exacto.',
      'Revisa el nombre de quien recibe y confirma.',
    ],
    stepsFixed: [
      'Abre la app de tu banco o billetera y entra a Bre-B.',
      'Pega la llave y revisa el valor.',
      'Revisa el nombre de quien recibe y confirma.',
    ],
    scan: 'O escanea este código desde la app de tu banco',
    qr: 'Código QR para pagar con Bre-B',
    open: 'Abrir la página de pago',
    differs: (merchant: string) =>
      `Si escribes menos, el pago queda incompleto. Si escribes más, ${merchant} revisa la diferencia contigo.`,
    now: 'El dinero llega en segundos. Apenas lo veamos, te lo confirmamos aquí.',
  },
  push: {
    title: 'Aprueba en tu celular',
    steps: (rail: string) => [
      `Abre la app de ${rail} en tu celular.`,
      'Busca la notificación o entra a los pagos pendientes.',
      'Revisa el valor y aprueba.',
    ],
    now: 'Apenas apruebes, te lo confirmamos aquí. Si no te llegó nada, revisa que sea el celular de tu cuenta.',
  },
  voucher: {
    title: 'Paga en efectivo',
    code: 'Código de pago',
    steps: (rail: string) => [
      `Lleva este código a un punto ${rail}.`,
      'Paga el valor exacto en efectivo.',
      'Guarda el recibo que te entregan.',
    ],
    open: 'Ver el comprobante',
    now: 'La confirmación puede tardar unos 15 minutos después de pagar. Puedes cerrar esta página y volver con el mismo enlace.',
  },
  message: { title: 'Cómo pagar', now: 'Apenas recibamos el pago, te lo confirmamos aquí.' },

  checking: {
    title: 'Estamos verificando tu pago',
    amount: 'Tu pago ya se ve y confirmamos el valor que llegó. Puede tardar. No pagues otra vez.',
    time: 'El tiempo para pagar terminó. Preguntamos una última vez si tu pago llegó. Si ya pagaste, no pagues otra vez.',
  },
  paid: {
    title: '¡Pago recibido!',
    now: (merchant: string) => `Le avisamos a ${merchant}. Guarda este comprobante si lo necesitas.`,
    over: (amount: string, merchant: string) =>
      `Llegaron ${amount} de más. Pregúntale a ${merchant} por la diferencia y muéstrale este comprobante.`,
    receipt: 'Comprobante',
    received: 'Valor recibido',
    rail: 'Medio de pago',
    date: 'Fecha',
    number: 'Número',
  },
  underpaid: {
    title: 'El pago está incompleto',
    received: 'Recibido',
    missing: 'Falta',
    now: (merchant: string) =>
      `Recibimos una parte. No pagues otra vez por tu cuenta: habla con ${merchant} para completar el pago o recuperar tu dinero.`,
  },
  rejected: {
    title: 'El pago no fue aprobado',
    now: 'Tu banco o medio de pago no lo aprobó, y no nos llegó dinero. Si ves un cobro en tu cuenta, pregúntale a tu banco.',
  },
  expired: {
    title: 'El tiempo para pagar terminó',
    now: 'No nos llegó ningún pago. Si pagaste en el último momento, no pagues otra vez: lo que llegue tarde también se registra.',
  },
  canceled: {
    title: 'El pago se canceló',
    now: 'No nos llegó dinero. Si ya habías pagado, no pagues otra vez: lo que llegue también se registra.',
  },
  failed: { title: 'No pudimos iniciar el pago', now: 'No se te cobró nada.' },
  reversed: {
    title: 'El pago se devolvió',
    now: 'El banco o medio de pago reversó el dinero, así que este pago ya no cuenta como pagado.',
  },
  again: (merchant: string) => `Para intentarlo otra vez, vuelve a ${merchant} y pide un pago nuevo.`,
  ask: (merchant: string) => `Si algo no cuadra, escríbele a ${merchant} y dale esta referencia.`,

  link: {
    howMuch: '¿Cuánto quieres pagar?',
    between: (min: string, max: string) => (min === max ? min : `Entre ${min} y ${max}`),
    example: 'Escribe pesos, sin centavos.',
    go: 'Continuar al pago',
    until: (time: string) => `Disponible hasta ${time}`,
    now: 'En el paso siguiente eliges cómo pagar. Todavía no se te cobra nada.',
    wrong: {
      MISSING: () => 'Escribe un valor en pesos, como 50.000.',
      NOT_WHOLE: () => 'Escribe pesos sin centavos, como 50.000.',
      TOO_LITTLE: (min: string) => `El mínimo es ${min}.`,
      TOO_MUCH: (_min: string, max: string) => `El máximo es ${max}.`,
    },
    unavailable:
      'Ahora mismo no hay medios de pago disponibles para este valor. No se te cobró nada. Inténtalo en unos minutos.',
    closed: {
      DISABLED: {
        title: 'Este enlace está desactivado',
        now: (merchant: string) =>
          `${merchant} ya no recibe pagos por aquí. Si todavía tienes que pagar, pídele un enlace nuevo.`,
      },
      OVER: {
        title: 'Este enlace venció',
        now: (merchant: string) =>
          `Su plazo terminó. Si todavía tienes que pagar, pídele un enlace nuevo a ${merchant}.`,
      },
      USED_UP: {
        title: 'Este enlace ya se usó',
        now: (merchant: string) =>
          `Ya se hicieron todos los pagos que permitía. Si todavía tienes que pagar, pídele un enlace nuevo a ${merchant}.`,
      },
    },
    paidBefore: 'Si ya empezaste un pago aquí, sigue en su propia página: ese pago no cambió.',
  },

  missing: {
    title: 'No encontramos este pago',
    now: 'Revisa que el enlace esté completo, o pide uno nuevo a quien te lo envió.',
  },
  tooMany: { title: 'Demasiadas visitas', now: 'Espera un minuto y vuelve a cargar esta página.' },
  broken: { title: 'Algo falló de nuestro lado', now: 'Tu pago no cambió. Recarga esta página en un momento.' },
} as const;

/** The same texts in each language: one that is missing does not compile. */
type Widened<Text> = Text extends string
  ? string
  : Text extends (...parts: infer Parts) => infer Result
    ? (...parts: Parts) => Widened<Result>
    : { readonly [Name in keyof Text]: Widened<Text[Name]> };
export type Texts = Widened<typeof ES>;
