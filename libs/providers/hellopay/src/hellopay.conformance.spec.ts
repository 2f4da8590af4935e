import { describeConformance } from '@recaudo/conformance';
import { subject } from './hellopay.subject.js';

describeConformance(subject);
