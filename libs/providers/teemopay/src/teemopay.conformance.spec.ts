import { describeConformance } from '@recaudo/conformance';
import { subject } from './teemopay.subject.js';

describeConformance(subject);
