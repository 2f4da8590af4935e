import { x } from '@recaudo/payment-provider';
console.log(x);
