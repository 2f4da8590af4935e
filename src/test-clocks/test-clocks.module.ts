import { type DynamicModule, Module } from '@nestjs/common';
import { AdvanceClock } from './advance-clock.service.js';
import { SimulatedClocks } from './simulated-clocks.js';
import { type Simulator, SIMULATORS } from './simulators.js';
import { TestClockStore } from './test-clock.store.js';
import { TestClocksController } from './test-clocks.controller.js';

@Module({})
export class TestClocksModule {
  static of(simulators: readonly Simulator[]): DynamicModule {
    return {
      module: TestClocksModule,
      controllers: [TestClocksController],
      providers: [{ provide: SIMULATORS, useValue: simulators }, SimulatedClocks, TestClockStore, AdvanceClock],
    };
  }
}
