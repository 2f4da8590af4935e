import { describeConformance } from '@recaudo/conformance';
import { subject } from './tumipay.subject.js';

describeConformance(subject);
