import type { ProviderDescriptor } from '@recaudo/payment-provider';
import { STATUSES } from './teemopay.mapper.js';
import { TeemoPayModule } from './teemopay.module.js';
import { TeemoPaySettings } from './teemopay.settings.js';

export const teemopay: ProviderDescriptor = {
  name: 'teemopay',
  module: TeemoPayModule,
  settings: TeemoPaySettings,
  // TeemoPay documents no statement: the names of its list.
  statement: {
    columns: {
      reference: 'merchantOrderNo',
      externalId: 'tradeNo',
      amount: 'transactionAmount',
      status: 'status',
      paidAt: 'completeTime',
      fee: 'serviceAmount',
    },
    amountUnit: 'pesos',
    statuses: STATUSES,
  },
  sandboxEnvironment: (sandboxUrl) => ({
    TEEMOPAY_BASE_URL: `${sandboxUrl}/teemopay`,
    TEEMOPAY_APP_CODE: 'A2601010001CO001',
    // No secrets: the built-in sandbox's own keys, which stand in its source too. They open nothing else.
    TEEMOPAY_PRIVATE_KEY:
      'MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALFlvTFefL21wzh3YCy5SpnVeZNArIZGQQ1OCCbdFbTGj2dHkXSpEk3CUkdggEaM+p9WT6hyZnNfxC8ye+mP0RLJWGL5YR8D6/axeTw0xe7v7RndLESBXlO+B5Lf9KpuciBjuPHbJI4TPfcKkXqGf3EoMdEJW1AxEB7QW7tM/TjBAgMBAAECgYArowQj9cMng2OPK0Y8GiQwrSNnxnvp17Q+ypgUv0OMoV87H463LLO07v0AU8uaDynDMh8MJ3/uF3uRxJBYhqj91hdFH/W+jSp/uZt15E+NAMW5An+3api2AwNpKKH+5/ba5vcV5FCnaoYeFzrX8okSOZQWk+JEQhtkLOHCfXg+ZQJBAN8qjErLK+YYf5QFaNxNLExDFV5qhPsvplxkUoIZGKfTbr/vLP4k5NOA8CPDDmmH6U/il/ZnxsAS6CQcAxdkD08CQQDLf1Szhsa3u7n/4ZBN44AEmXVRgOFLteKRTW8FZ3Z+q/zNYLnF0juknW6blZHGNvV0Ik/k1qo6OZGQqqIRsrLvAkA/yT2IM0I85kuw10r9jOFYeuQktHWGBjyas+IRZXLypTBGk+pcSddNzNDWp+36o+o/9xhQSaE5TS4lBAyuJt9pAkB3KRCIL5udayf3VjYR5e3Iw7OXDkje9Jq/SwB/wZ35fuyBtuoRlJGoSyfBo0vBLd19K7ps3ebAQYWjmMdeZa2xAkEArzPpCmGp2a8YlZcl0fApbt174AYrdVzFvYPl6ySvTJMUidAxr+fOAqQZphMeWft+Q/X51TYfDdcdFi7Wyb7NxQ==',
    TEEMOPAY_PLATFORM_PUBLIC_KEY:
      'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDbg3Yj5cvCF2s4JDoH6KJwi7TPEX6RzHkhTsbp4sv2Ca44UjQDZPfu0CC2vbBwVGNhdjcB1qUMW9gh1J09/dnjIDrGlWRcZ8yFQJYwDNs8x6t0G8dltqbgKmYp8Gnmb61rzl+MLMYfJfzFYcZQOxAzsWzf3r4Q/4n4Bn071ui+0wIDAQAB',
  }),
};
